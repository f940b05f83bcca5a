package receipt_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// chooses returns a context for one decision. Before each of its appends, somebody chooses the
// next of these rooms.
func chooses(t *testing.T, log *dcb.Store, rooms ...string) context.Context {
	t.Helper()
	return dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
		if step.Attempt <= len(rooms) {
			appendFacts(t, log, chosen{rooms[step.Attempt-1]})
		}
	}})
}

func TestABoundaryThatMovedHasWhatWasReadBefore(t *testing.T) {
	t.Parallel()

	t.Run("in the order of the log", func(t *testing.T) {
		t.Parallel()
		log := newLog(t, opened{"green", 2}, taken{"green", "mei"}, chosen{"blue"}, opened{"blue", 2})
		r := record(t, chooses(t, log, "green"), log, takeChosen{"ada"})
		require.Len(t, r.Attempts, 2)
		assert.Equal(t, stored(t, log, 1, 2, 5), r.Attempts[1].LastRead)
		require.NotNil(t, r.Attempts[1].Moved)
		assert.Equal(t, stored(t, log, 1, 2, 3, 5), r.Attempts[1].Moved.LastInside)
	})

	t.Run("also when it comes back", func(t *testing.T) {
		t.Parallel()
		log := newLog(t, chosen{"blue"}, opened{"blue", 2}, opened{"green", 2}, taken{"green", "mei"})
		r := record(t, chooses(t, log, "green", "blue"), log, takeChosen{"ada"})
		require.Len(t, r.Attempts, 3)
		back := r.Attempts[2].Moved
		require.NotNil(t, back)
		assert.Equal(t, r.Boundary, back.Boundary)
		assert.Equal(t, 4, back.Inside)
		assert.Equal(t, stored(t, log, 1, 2, 5, 6), back.LastInside)
	})
}

// countChosen counts the guests of the blue room if that is chosen. Otherwise it reads how
// many seats the blue room has: the same tags, and another type.
type countChosen struct{}

func (countChosen) Decide(ctx context.Context, log dcb.Log) error {
	type count struct {
		name string
		n    int
	}
	boundary := func(s *count) dcb.Boundary {
		blue := dcb.NewTags("room", "blue")
		return dcb.Boundary{
			dcb.Into(&s.name, dcb.Project("", chosen{}.Tags(), dcb.On(func(_ string, e chosen) string { return e.Room }))),
			dcb.Then(func() dcb.Boundary {
				s.n = 0
				if s.name == "blue" {
					return dcb.Boundary{dcb.Into(&s.n, dcb.Project(0, blue, dcb.On(func(n int, _ taken) int { return n + 1 })))}
				}
				return dcb.Boundary{dcb.Into(&s.n, dcb.Project(0, blue, dcb.On(func(_ int, e opened) int { return e.Seats })))}
			}),
		}
	}
	return dcb.Decide(ctx, log, boundary, func(count) ([]dcb.Fact, error) { return dcb.Facts(taken{"red", "ada"}), nil })
}

func TestABoundaryMovedThoughOnlyItsTypesChanged(t *testing.T) {
	t.Parallel()
	log := newLog(t, chosen{"blue"}, opened{"blue", 2}, taken{"blue", "kofi"})
	r := record(t, chooses(t, log, "green"), log, countChosen{})
	require.Len(t, r.Attempts, 2)
	require.NotNil(t, r.Attempts[1].Moved)
	assert.Equal(t, []dcb.QueryItem{
		{Types: []string{"Chosen"}, Tags: dcb.NewTags("choice", "room")},
		{Types: []string{"Opened"}, Tags: dcb.NewTags("room", "blue")},
	}, r.Attempts[1].Moved.Boundary)
	assert.Equal(t, stored(t, log, 1, 2, 4), r.Attempts[1].Moved.LastInside)
}

// unappendable is a log whose appends fail.
type unappendable struct{ dcb.Log }

func (unappendable) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, dcb.ErrClosed
}

func TestTheBoundaryOfAFailedAppendHasWhatWasFoundWhileReading(t *testing.T) {
	t.Parallel()
	log := newLog(t, chosen{"blue"}, opened{"blue", 2})
	r := record(t, t.Context(), unappendable{log}, takeChosen{"ada"})
	require.Equal(t, receipt.Failed, r.Outcome())
	assert.Equal(t, []dcb.QueryItem{
		{Types: []string{"Chosen"}, Tags: dcb.NewTags("choice", "room")},
		{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "blue")},
	}, r.Boundary)
}
