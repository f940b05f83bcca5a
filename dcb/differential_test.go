package dcb

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// someQuestion is a query that a store takes.
var someQuestion = common(rapid.OneOf(someQuery, someQuery, someQuery, rapid.Just(AllEvents())).
	Filter(func(q Query) bool { return q.Check() == nil }))

// Query.Matches, read.sql with its mirror, and the condition of an append are
// statements of one rule. Whatever the log and whatever the query, they agree.
func TestQueriesMeanTheSameInGoInReadsAndInConditions(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	ctx := t.Context()

	rapid.Check(t, func(t *rapid.T) {
		_, err := pool.Exec(ctx, `truncate dcb_event, dcb_event_tag`)
		require.NoError(t, err)
		log := rapid.SliceOfN(someEvent, 0, 20).Draw(t, "log")
		for batch := range slices.Chunk(log, rapid.IntRange(1, 20).Draw(t, "batch")) {
			var input []InputEvent
			for _, e := range batch {
				input = append(input, NewInputEvent(e.Type, e.Tags, []byte(`{}`)))
			}
			_, err := store.AppendEvents(ctx, input, Query{}, 0)
			require.NoError(t, err)
		}
		for range 10 {
			readsAgree(ctx, t, store, log)
		}
		conditionsAgree(ctx, t, store, log)
	})
}

// readsAgree asks the store of a log what it asks Query.Matches.
func readsAgree(ctx context.Context, t *rapid.T, store *Store, log []Event) {
	end := int64(len(log))
	query := someQuestion.Draw(t, "query")
	options := ReadOptions{
		After:     rapid.Int64Range(0, end).Draw(t, "after"),
		Before:    rapid.Int64Range(0, end+2).Draw(t, "before"),
		Limit:     rapid.IntRange(0, 5).Draw(t, "limit"),
		Backwards: rapid.Bool().Draw(t, "backwards"),
	}
	matching := matchingAfter(log, query, options.After)
	wanted := slices.DeleteFunc(slices.Clone(matching), func(position int64) bool {
		return options.Before > 0 && position >= options.Before
	})
	if options.Backwards {
		slices.Reverse(wanted)
	}
	if options.Limit > 0 {
		wanted = wanted[:min(options.Limit, len(wanted))]
	}

	var read []Event
	for e, err := range store.Read(ctx, query, options) {
		require.NoError(t, err)
		read = append(read, e)
	}
	require.Equal(t, wanted, positionsOf(read), "Read")
	for _, e := range read {
		require.Equal(t, log[e.Position-1], Event{Type: e.Type, Tags: e.Tags}, "the event at %d", e.Position)
	}

	since, head, err := store.ReadSince(ctx, query, At(options.After))
	require.NoError(t, err)
	require.Equal(t, matching, positionsOf(since), "ReadSince")
	require.Equal(t, end, head.Position)
	simpler, _, err := store.ReadSince(ctx, query.simplified(), At(options.After))
	require.NoError(t, err)
	require.Equal(t, matching, positionsOf(simpler), "ReadSince of the simplified query")
}

// conditionsAgree appends under a query that Query.Matches knows to hold or not.
func conditionsAgree(ctx context.Context, t *rapid.T, store *Store, log []Event) {
	end := int64(len(log))
	query, after := someQuestion.Draw(t, "condition"), rapid.Int64Range(0, end).Draw(t, "known position")
	matching := matchingAfter(log, query, after)
	last, err := store.AppendEvents(ctx, []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, query, after)
	if len(matching) == 0 {
		require.NoError(t, err)
		require.Equal(t, end+1, last)
		return
	}
	conflict, ok := errors.AsType[*ConflictError](err)
	require.True(t, ok, "a conflict with %v, not %v", matching, err)
	require.Equal(t, matching[:min(len(matching), maxConflictEvents)], positionsOf(conflict.Events))
}

func matchingAfter(log []Event, query Query, after int64) []int64 {
	positions := []int64{}
	for i, e := range log {
		if position := int64(i + 1); position > after && query.Matches(e) {
			positions = append(positions, position)
		}
	}
	return positions
}

func positionsOf(events []Event) []int64 {
	positions := []int64{}
	for _, e := range events {
		positions = append(positions, e.Position)
	}
	return positions
}
