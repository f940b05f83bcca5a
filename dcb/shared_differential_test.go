package dcb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// memories are bounds of four kinds: the memory holds nothing, hardly anything, some of the
// items but never all of them at once, or all.
var memories = map[string]int64{"no memory": -1, "a memory of nothing much": 3 << 10, "a small memory": 40 << 10, "a memory": defaultMemory}

// Two stores append at random, and read at random, several at once; and now and then the
// log loses its end. Whatever is remembered, a shared read is what a fresh read is: of one
// moment that is not before the call. There are 25 rounds, in a usual run 6.
func TestASharedReadIsWhatAFreshReadWouldBe(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	for name, bytes := range memories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			pool := pgtest.New(t)
			stores := []*Store{openWith(t, pool, bytes), openWith(t, pool, bytes)}
			for round := range effort.Times(6, 25) {
				if random.IntN(5) == 0 {
					loseEnd(t, pool, random.Int64N(8))
				}
				var work sync.WaitGroup
				for caller := range 8 {
					random := rand.New(rand.NewPCG(seed, uint64(1+8*round+caller)))
					store := stores[caller%2]
					work.Go(func() {
						for range 8 {
							if random.IntN(3) == 0 {
								appendSome(t, store, random)
							}
							requireFresh(t, store, randomQuery(random))
						}
					})
				}
				work.Wait()
				if t.Failed() {
					return
				}
			}
		})
	}
}

func openWith(t *testing.T, pool *pgxpool.Pool, bytes int64) *Store {
	t.Helper()
	store, err := Open(t.Context(), pool, Options{Memory: bytes})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// loseEnd takes the last n events away.
func loseEnd(t *testing.T, pool *pgxpool.Pool, n int64) {
	t.Helper()
	for _, table := range []string{"dcb_event_tag", "dcb_event"} {
		_, err := pool.Exec(t.Context(), `delete from `+table+` where position > (select max(position) from dcb_event) - $1`, n)
		require.NoError(t, err)
	}
}

var (
	tagsToDraw  = []Tag{"a", "b", "c", "d"}
	typesToDraw = []string{"A", "B", "C"}
)

func draw[T any](random *rand.Rand, from []T, most int) (drawn []T) {
	for range random.IntN(most + 1) {
		drawn = append(drawn, from[random.IntN(len(from))])
	}
	return drawn
}

func appendSome(t *testing.T, store *Store, random *rand.Rand) {
	var events []InputEvent
	for range 1 + random.IntN(3) {
		data := fmt.Appendf(nil, `{"n":%d}`, random.Int64())
		events = append(events, NewInputEvent(typesToDraw[random.IntN(3)], draw(random, tagsToDraw, 3), data))
	}
	_, err := store.AppendEvents(t.Context(), events, Query{}, 0)
	require.NoError(t, err)
}

func randomQuery(random *rand.Rand) (q Query) {
	if random.IntN(10) == 0 {
		return AllEvents()
	}
	for range random.IntN(4) {
		tags, types := draw(random, tagsToDraw, 2), draw(random, typesToDraw, 2)
		if len(tags)+len(types) > 0 {
			q = q.Or(NewQuery(tags, types...))
		}
	}
	return q
}

// requireFresh requires that a shared read is what a fresh one is, up to where it read.
func requireFresh(t *testing.T, store *Store, query Query) {
	before, err := store.Head(t.Context())
	require.NoError(t, err)
	shared, head, err := readShared(t.Context(), store, query)
	require.NoError(t, err)
	require.GreaterOrEqual(t, head.Position, before.Position, "it reads after it was called")
	fresh, err := store.ReadUpTo(t.Context(), query, head)
	require.NoError(t, err)
	require.Equal(t, fresh, shared, "%v, up to %d", query, head.Position)
}

func readShared(ctx context.Context, store *Store, query Query) (events []Event, head Checkpoint, err error) {
	head, err = store.readFirst(ctx, query, func(page []*sharedEvent) error {
		events = append(events, unshared(page)...)
		return nil
	})
	return events, head, err
}
