package dcbtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func conflictsTellTheirEvents(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("Known", "x"))
	for i := range 15 {
		appendTo(t, log, event("Inside", "x", dcb.Tag(fmt.Sprint("n:", i))), event("Outside", "y"))
	}
	query := tagged("x").Or(tagged("n:3"), tagged("n:13"))
	conflict := conflictOf(t, log, query, 1)
	require.ErrorIs(t, conflict, dcb.ErrConflict)
	assert.Equal(t, query, conflict.Query)
	assert.EqualValues(t, 1, conflict.After)
	inside := readFrom(t, log, query, 1)
	require.Len(t, inside, 15)
	assert.Equal(t, inside[:10], conflict.Events)
	assert.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 31, "nothing was appended")
}

// conflictsAtOnceTellTheirEvents lets callers ask for one seat at once, before the event of
// the first one is stored.
func conflictsAtOnceTellTheirEvents(t *testing.T, s *site) {
	const callers = 16
	told := make([][]dcb.Event, callers)
	s.gathered(t, callers, func(ctx context.Context, i int) {
		ctx = dcb.WithCausationID(dcb.WithCorrelationID(ctx, fmt.Sprint("request ", i)), fmt.Sprint("cause ", i))
		given := dcb.InputEvent{ID: strings.ToUpper(dcb.NewID()), Type: "Taken", Tags: dcb.Tags{"z", "seat", "a", "seat"}, Data: fmt.Appendf(nil, ` {"by": %d} `, i)}
		_, err := s.store.AppendAfter(ctx, []dcb.InputEvent{given}, tagged("seat"), dcb.Checkpoint{})
		told[i] = conflictingEvents(t, err)
	})
	stored := readFrom(t, s.other, tagged("seat"), 0)
	require.Len(t, stored, 1)
	lost := slices.DeleteFunc(told, func(events []dcb.Event) bool { return events == nil })
	require.Len(t, lost, callers-1)
	for _, events := range lost {
		require.Equal(t, stored, events)
	}
}

// conflictsTellLargeEvents appends more bytes than a conflict should have.
func conflictsTellLargeEvents(t *testing.T, s *site) {
	const (
		each = 3 << 19 // bytes, one and a half megabytes
		aFew = 8 << 20
	)
	for range 4 {
		appendTo(t, s.store, large("Large", each, "x"), event("Small", "x"), large("Large", each, "x"))
	}
	all := readFrom(t, s.other, tagged("x"), 0)
	for _, after := range []int{0, 1, 4, 10, 11} {
		inside := all[after:]
		told := conflictOf(t, s.store, tagged("x"), int64(after)).Events
		require.NotEmpty(t, told, "after %d", after)
		require.LessOrEqual(t, len(told), min(10, len(inside)), "after %d", after)
		size := 0
		for i, e := range told {
			assert.True(t, equal(inside[i], e), "the event at %d is told as it is read", e.Position)
			size += len(e.Data)
		}
		require.Less(t, size, aFew, "bytes told, after %d", after)
	}
}

// largeConflictsAtOnce is conflictsAtOnceTellTheirEvents with large events.
func largeConflictsAtOnce(t *testing.T, s *site) {
	const callers = 6
	told := make([][]dcb.Event, callers)
	s.gathered(t, callers, func(ctx context.Context, i int) {
		_, err := s.store.AppendAfter(ctx, []dcb.InputEvent{large("Taken", 1<<20, "seat")}, tagged("seat"), dcb.Checkpoint{})
		told[i] = conflictingEvents(t, err)
	})
	stored := readFrom(t, s.other, tagged("seat"), 0)
	require.Len(t, stored, 1)
	for _, events := range told {
		if events != nil {
			require.Len(t, events, 1)
			require.True(t, equal(stored[0], events[0]), "the event is told as it is read")
		}
	}
}

// equal compares two events. Unlike an assertion, it never prints their megabytes of data.
func equal(a, b dcb.Event) bool {
	sameData := bytes.Equal(a.Data, b.Data)
	a.Data, b.Data = nil, nil
	return sameData && assert.ObjectsAreEqual(a, b)
}

// large makes an event with data of this size in bytes.
func large(eventType string, size int, tags ...dcb.Tag) dcb.InputEvent {
	return dcb.NewInputEvent(eventType, tags, []byte(`"`+strings.Repeat("x", size-2)+`"`))
}
