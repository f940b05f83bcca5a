package dcb

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// The wider a boundary is, the fewer events of each item are in one statement. What is left
// is read on.
func TestAWideBoundaryIsReadWhole(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{1000, 1000, 500, 250, 100}, []int{mostOfAnItem(1), mostOfAnItem(31), mostOfAnItem(32), mostOfAnItem(64), mostOfAnItem(5000)})
	store := openWith(t, pgtest.New(t), defaultMemory)
	takeSeats(t, store, 300)
	for _, items := range []int{64, 200} {
		wide := NewQuery(Tags{"room"})
		for i := range items {
			tag := Tag(fmt.Sprint("student:", i))
			wide = wide.Or(NewQuery(Tags{tag}))
			_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room", tag), seat(tag)}, Query{}, 0)
			require.NoError(t, err)
		}
		requireFresh(t, store, wide)
		requireFresh(t, store, wide)
	}
}

// A boundary that is longer than a page is read alone, and remembered. After that only
// what is new is asked for.
func TestALongBoundaryIsRememberedToo(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	alone := 0
	pages := store.sharedReads().pages
	store.sharedReads().pages = func(ctx context.Context, query Query, options ReadOptions, known Checkpoint) iter.Seq2[page, error] {
		alone++
		return pages(ctx, query, options, known)
	}
	for more := range 3 {
		shared, head, err := readShared(t.Context(), store, NewQuery(Tags{"room"}))
		require.NoError(t, err)
		require.Len(t, shared, events+more)
		require.EqualValues(t, events+more, head.Position)
		_, err = store.AppendEvents(t.Context(), []InputEvent{seat("room")}, Query{}, 0)
		require.NoError(t, err)
	}
	require.Equal(t, 1, alone)
}

// What is read alone is remembered for each item by itself.
func TestALongItemIsNotTakenForTheOneBesideIt(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	events := slices.Repeat([]InputEvent{{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{}`)}}, pageSize+1)
	_, err := store.AppendEvents(t.Context(), append(events, seat("ada")), Query{}, 0)
	require.NoError(t, err)
	requireFresh(t, store, NewQuery(Tags{"room"}).Or(NewQuery(Tags{"ada"})))
	requireFresh(t, store, NewQuery(Tags{"ada"}))
	requireFresh(t, store, NewQuery(Tags{"room"}))
}

// A boundary that has no room in the memory is read alone at once: no event is read twice.
func TestABoundaryThatIsTooLongForTheMemoryIsReadAlone(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 20<<10)
	takeSeats(t, store, 30)
	statements := 0
	ask := store.sharedReads().ask
	store.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		statements++
		return ask(ctx, settings, questions, known)
	}
	for range 3 {
		requireFresh(t, store, NewQuery(Tags{"room"}))
	}
	require.Equal(t, 1, statements, "the first one, when it was not known yet")
}

// A statement has no room for all of three large events, and each is whole in the end.
func TestALargeEventIsReadWhole(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 9, 1)
	requireFresh(t, store, NewQuery(Tags{"large"}))
	requireFresh(t, store, NewQuery(Tags{"large"}))
}

// A decision on a boundary that is too long to be remembered holds one page of it at a time.
func TestALongBoundaryIsFoldedPageByPage(t *testing.T) {
	store := openWith(t, pgtest.New(t), 1<<20)
	const events = 30 * pageSize
	one := InputEvent{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{"who":"` + strings.Repeat("a", 200) + `"}`)}
	for range events / maxEvents {
		_, err := store.AppendEvents(t.Context(), slices.Repeat([]InputEvent{one}, maxEvents), Query{}, 0)
		require.NoError(t, err)
	}
	for range 2 { // when it is not known yet to be too long, and when it is
		var before, atTheEnd runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		require.NoError(t, Decide(t.Context(), store, func(n *int) Boundary {
			return Boundary{Into(n, Project(0, Tags{"room"}, OnAny(func(n int, _ Event) int {
				if n == events-1 {
					runtime.GC()
					runtime.ReadMemStats(&atTheEnd)
				}
				return n + 1
			})))}
		}, func(n int) ([]Fact, error) {
			require.Equal(t, events, n)
			return nil, nil
		}))
		// All of them would take 15 MB and more, and a page 0.5 MB.
		require.Less(t, int64(atTheEnd.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20))
	}
}

func TestATraceTellsAllOfALongBoundary(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 1<<20)
	takeSeats(t, store, 2*pageSize+5)
	var told []Event
	ctx := WithTrace(t.Context(), &Trace{Read: func(step TraceRead) { told = step.Events }})
	require.NoError(t, countSeats(ctx, store, func(Event) {}, func(int) ([]Fact, error) { return nil, nil }))
	stored, _, err := store.ReadSince(t.Context(), NewQuery(Tags{"room"}), Checkpoint{})
	require.NoError(t, err)
	require.Equal(t, stored, told)
}

// Somebody takes a seat when the first page was taken in. A decision is of one moment, so
// that seat is not in it, and counts once when it reads on.
func TestALongBoundaryIsOfOneMoment(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 1<<20)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	var knew []int
	require.NoError(t, countSeats(t.Context(), store, func(e Event) {
		if e.Position == pageSize/2 && len(knew) == 0 {
			takeSeats(t, store, 1)
		}
	}, func(n int) ([]Fact, error) {
		knew = append(knew, n)
		return Facts(dated{}), nil
	}))
	require.Equal(t, []int{events, events + 1}, knew)
}

// The log loses its end when the first page was taken in, and others take seats. The
// decision starts over, and counts nothing that is lost, and nothing twice.
func TestALongBoundaryOfALogThatLosesItsEndIsFoldedAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openWith(t, pool, 1<<20)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	lost, startedOver := false, 0
	ctx := WithTrace(t.Context(), &Trace{StartedOver: func(TraceStartedOver) { startedOver++ }})
	require.NoError(t, countSeats(ctx, store, func(e Event) {
		if e.Position == pageSize/2 && !lost {
			lost = true
			loseEnd(t, pool, pageSize)
			takeSeats(t, store, pageSize+7)
		}
	}, func(n int) ([]Fact, error) {
		require.Equal(t, events+7, n)
		return nil, nil
	}))
	require.Equal(t, 1, startedOver)
}

// takeSeats takes seats in a room, at most 10,000.
func takeSeats(t *testing.T, store *Store, n int) {
	t.Helper()
	one := InputEvent{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{}`)}
	_, err := store.AppendEvents(t.Context(), slices.Repeat([]InputEvent{one}, n), Query{}, 0)
	require.NoError(t, err)
}

// countSeats decides by the number of events in a room. see sees each of them.
func countSeats(ctx context.Context, store *Store, see func(Event), decide func(int) ([]Fact, error)) error {
	return Decide(ctx, store, func(n *int) Boundary {
		return Boundary{Into(n, Project(0, Tags{"room"}, OnAny(func(n int, e Event) int {
			see(e)
			return n + 1
		})))}
	}, decide)
}
