package dcb

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"go-crablet/internal/pgtest"
)

// Query.Matches, read.sql and the condition of an append are three statements of one
// rule. Whatever the log and whatever the query, they agree.
func TestQueriesMeanTheSameInGoInReadsAndInConditions(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	ctx := t.Context()
	someQuestion := rapid.OneOf(someQuery, someQuery, someQuery, rapid.Just(AllEvents())).
		Filter(func(q Query) bool { return q.Check() == nil })

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
		var (
			end     = int64(len(log))
			query   = someQuestion.Draw(t, "query")
			after   = rapid.Int64Range(0, end).Draw(t, "after")
			options = ReadOptions{
				After: after,
				UpTo:  rapid.Int64Range(0, end+1).Draw(t, "up to"),
				Limit: rapid.IntRange(0, len(log)+1).Draw(t, "limit"),
			}
		)
		var matching, wanted []int64 // after the position; and within all of the options
		for i, e := range log {
			position := int64(i + 1)
			if position <= after || !query.Matches(e) {
				continue
			}
			matching = append(matching, position)
			if (options.UpTo == 0 || position <= options.UpTo) && (options.Limit == 0 || len(wanted) < options.Limit) {
				wanted = append(wanted, position)
			}
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

		since, head, err := store.ReadSince(ctx, query, after)
		require.NoError(t, err)
		require.Equal(t, matching, positionsOf(since), "ReadSince")
		require.Equal(t, end, head)
		simpler, _, err := store.ReadSince(ctx, query.simplified(), after)
		require.NoError(t, err)
		require.Equal(t, matching, positionsOf(simpler), "ReadSince of the simplified query")

		last, err := store.AppendEvents(ctx, []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, query, after)
		if len(matching) == 0 {
			require.NoError(t, err)
			require.Equal(t, end+1, last)
			return
		}
		conflict, ok := errors.AsType[*ConflictError](err)
		require.True(t, ok, "a conflict with %v, not %v", matching, err)
		require.Equal(t, matching[:min(len(matching), maxConflictEvents)], positionsOf(conflict.Events))
	})
}

func positionsOf(events []Event) (positions []int64) {
	for _, e := range events {
		positions = append(positions, e.Position)
	}
	return positions
}
