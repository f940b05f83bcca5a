package dcbtest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func badEventsAreRefused(t *testing.T, log dcb.Log) {
	long := strings.Repeat("x", 1001)
	tests := []struct {
		name   string
		events []dcb.InputEvent
	}{
		{name: "no events"},
		{name: "more than 10,000 events", events: events(10_001, "A")},
		{name: "no type", events: []dcb.InputEvent{event("")}},
		{name: "a long type", events: []dcb.InputEvent{event(long[:256])}},
		{name: "a type with a NUL", events: []dcb.InputEvent{event("A\x00")}},
		{name: "an empty tag", events: []dcb.InputEvent{event("A", "")}},
		{name: "a long tag", events: []dcb.InputEvent{event("A", dcb.Tag(long))}},
		{name: "a tag with a NUL", events: []dcb.InputEvent{event("A", "x\x00")}},
		{name: "a tag that is not text", events: []dcb.InputEvent{event("A", "\xff")}},
		{name: "no data", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, nil)}},
		{name: "broken data", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{"a":`))}},
		{name: "data that is not text", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte("\"\xff\""))}},
		{name: "an ID that is not a UUID", events: []dcb.InputEvent{{ID: "1", Type: "A", Data: []byte(`{}`)}}},
		{name: "the second of two", events: []dcb.InputEvent{event("A"), event("")}},
	}
	for _, test := range tests {
		_, err := log.AppendAfter(t.Context(), test.events, dcb.Query{}, dcb.Checkpoint{})
		assert.ErrorAs(t, err, new(dcb.InputError), test.name)
	}
	require.Empty(t, positions(readFrom(t, log, dcb.AllEvents(), 0)))
	appendTo(t, log, event(long[:255], dcb.Tag(long[:1000])))
}

func badQueriesAreRefused(t *testing.T, log dcb.Log) {
	for name, query := range map[string]dcb.Query{
		"for nothing in particular":     dcb.NewQuery(nil),
		"for an empty tag":              tagged(""),
		"for an empty type":             dcb.NewQuery(nil, ""),
		"for a tag with a NUL":          tagged("x", "x\x00"),
		"for a type that is not text":   dcb.NewQuery(nil, "\xff"),
		"for a good item and a bad one": tagged("x").Or(tagged("")),
		"for all events and a bad one":  dcb.AllEvents().Or(tagged("")),
	} {
		_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("A")}, query, dcb.Checkpoint{})
		assert.ErrorAs(t, err, new(dcb.InputError), "an append under a query "+name)
		_, _, err = log.ReadSince(t.Context(), query, dcb.Checkpoint{})
		assert.ErrorAs(t, err, new(dcb.InputError), "a read by a query "+name)
	}
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, dcb.At(-1))
	assert.ErrorAs(t, err, new(dcb.InputError), "a negative position")
	require.Empty(t, positions(readFrom(t, log, dcb.AllEvents(), 0)))
}

// badQueriesAreRefusedByAll tests the calls that only a store has.
func badQueriesAreRefusedByAll(t *testing.T, s *site) {
	for _, query := range []dcb.Query{dcb.NewQuery(nil), tagged(""), tagged("x\x00")} {
		_, _, err := s.store.ReadState(t.Context(), query, count)
		assert.ErrorAs(t, err, new(dcb.InputError), "ReadState")
		for _, upTo := range []int64{0, 1} {
			_, _, err = s.store.ReadStateUpTo(t.Context(), query, count, upTo)
			assert.ErrorAs(t, err, new(dcb.InputError), "ReadStateUpTo %d", upTo)
		}
		_, err = s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A")}, query, 0, exists)
		assert.ErrorAs(t, err, new(dcb.InputError), "AppendEventsIfNotExists")
		for _, err := range s.store.Read(t.Context(), query, dcb.ReadOptions{}) {
			assert.ErrorAs(t, err, new(dcb.InputError), "Read")
		}
		tail := follow(t.Context(), t, s.store, query, 0)
		assert.ErrorAs(t, tail.ends(t), new(dcb.InputError), "Tail")
	}
	require.Empty(t, readFrom(t, s.store, dcb.AllEvents(), 0))
}

func badOptionsAreRefused(t *testing.T, s *site) {
	appendTo(t, s.store, event("A"))
	for _, options := range []dcb.ReadOptions{{After: -1}, {Before: -1}, {Limit: -1}} {
		pairs := 0
		for e, err := range s.store.Read(t.Context(), dcb.AllEvents(), options) {
			assert.Zero(t, e)
			assert.ErrorAs(t, err, new(dcb.InputError), "%+v", options)
			pairs++
		}
		assert.Equal(t, 1, pairs, "%+v", options)
	}
}

func badContextsAreRefused(t *testing.T, log dcb.Log) {
	for _, id := range []string{"\x00", "\xff", strings.Repeat("x", 4001)} {
		for _, ctx := range []context.Context{
			dcb.WithCorrelationID(t.Context(), id), dcb.WithCausationID(t.Context(), id),
			dcb.WithMetadata(t.Context(), "note", id), dcb.WithMetadata(t.Context(), id, "note"),
		} {
			_, err := log.AppendAfter(ctx, []dcb.InputEvent{event("A")}, dcb.Query{}, dcb.Checkpoint{})
			assert.ErrorAs(t, err, new(dcb.InputError), "%.40q", id)
		}
	}
	require.Empty(t, positions(readFrom(t, log, dcb.AllEvents(), 0)))
}
