package dcb_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

func TestAnAppendIsFoundByAnyOfItsEvents(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	_, _, err := store.AppendOf(t.Context(), 1)
	require.ErrorIs(t, err, dcb.ErrBeyondHead, "an empty log has none")
	appendAll(t, store, event("A"))
	appendAll(t, store, event("B"), event("B"), event("B"))
	appendAll(t, store, event("C"), event("C"))
	log := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})
	found := func() (bounds []string) {
		for position := range int64(6) {
			first, last, err := store.AppendOf(t.Context(), position+1)
			require.NoError(t, err)
			require.Equal(t, log[last.Position-1].Checkpoint(), last)
			bounds = append(bounds, fmt.Sprint(first, "-", last.Position))
		}
		return bounds
	}
	require.Equal(t, []string{"1-1", "2-4", "2-4", "2-4", "5-6", "5-6"}, found())
	for _, nowhere := range []int64{-1, 0, 7} {
		first, last, err := store.AppendOf(t.Context(), nowhere)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.Zero(t, first)
		require.Zero(t, last)
	}

	_, err = pool.Exec(t.Context(), `update dcb_event set append_rest = null where position < 4`)
	require.NoError(t, err)
	require.Equal(t, []string{"1-1", "2-2", "3-3", "4-4", "5-6", "5-6"}, found(), "older events do not tell")
	store.Close()
	first, last, err := store.AppendOf(t.Context(), 1)
	require.ErrorIs(t, err, dcb.ErrClosed)
	require.Zero(t, first)
	require.Zero(t, last)
}

// A page ends after a thousand events or four megabytes, wherever in an append that is.
func TestAStretchOfATailEndsWhereAnAppendEnds(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	ends := map[int64]bool{}
	for n := range 6 {
		many := []dcb.InputEvent{event("First", "rare")}
		for i := range 400 * n {
			many = append(many, event("Many", dcb.Tag(fmt.Sprint("of:", i%3))))
		}
		ends[appendAll(t, store, many...)] = true
	}
	large := dcb.NewInputEvent("Large", dcb.Tags{"of:1"}, []byte(`"`+strings.Repeat("x", 1<<20)+`"`))
	for range 3 {
		large.ID = ""
		ends[appendAll(t, store, large, large, large)] = true
	}
	last := appendAll(t, store, event("Last", "rare", "of:1"))
	ends[last] = true

	for _, query := range []dcb.Query{dcb.AllEvents(), tagged("of:1"), tagged("of:0").Or(tagged("rare")), tagged("rare")} {
		var seen []dcb.Event
		for progress, err := range store.Tail(t.Context(), query, dcb.Checkpoint{}) {
			require.NoError(t, err)
			assert.True(t, ends[progress.Position], "%d is inside an append", progress.Position)
			seen = append(seen, progress.Events...)
			if progress.Position == last {
				break
			}
		}
		require.Equal(t, readAll(t, store, query, dcb.ReadOptions{}), seen)
	}
}
