package dcb

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// megabytes makes an event with so many MB of data that compress well, tagged "large".
func megabytes(n int) InputEvent {
	return NewInputEvent("Large", Tags{"large"}, fmt.Appendf(nil, `"%s"`, bytes.Repeat([]byte("abcdefgh"), n<<17)))
}

func openLarge(t *testing.T, events, size int) *Store {
	t.Helper()
	store, err := NewEventStore(t.Context(), pgtest.New(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	for range events {
		_, err := store.AppendEvents(t.Context(), []InputEvent{megabytes(size)}, Query{}, 0)
		require.NoError(t, err)
	}
	return store
}

func sizeOf(events []Event) (size int) {
	for _, e := range events {
		size += e.size()
	}
	return size
}

func TestAPageIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 12, 1)
	for _, backwards := range []bool{false, true} {
		var read []int64
		pages := 0
		for page, err := range store.pages(t.Context(), NewQuery(Tags{"large"}), ReadOptions{Backwards: backwards}, Checkpoint{}) {
			require.NoError(t, err)
			require.LessOrEqual(t, sizeOf(page.events), pageBytes)
			require.NotEmpty(t, page.events)
			pages++
			read = append(read, positionsOf(page.events)...)
			for _, e := range page.events {
				require.Equal(t, Tags{"large"}, e.Tags)
			}
		}
		require.Equal(t, 4, pages, "three events of a little more than a MiB each")
		wanted := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
		if backwards {
			wanted = []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
		}
		require.Equal(t, wanted, read)
	}
}

func TestAPageHasOneEventHoweverLargeItIs(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 2, 5)
	_, err := store.AppendEvents(t.Context(), []InputEvent{NewInputEvent("Small", Tags{"large"}, []byte(`{}`))}, Query{}, 0)
	require.NoError(t, err)
	var sizes []int
	for page, err := range store.pages(t.Context(), AllEvents(), ReadOptions{}, Checkpoint{}) {
		require.NoError(t, err)
		sizes = append(sizes, len(page.events))
	}
	require.Equal(t, []int{1, 1, 1}, sizes)
	events, head, err := store.ReadSince(t.Context(), AllEvents(), Checkpoint{})
	require.NoError(t, err)
	require.EqualValues(t, 3, head.Position)
	require.Equal(t, []int64{1, 2, 3}, positionsOf(events))
	_, _, err = store.ReadState(t.Context(), AllEvents(), StateReducer{ReducerFn: func(_ any, e Event) any {
		require.NotEmpty(t, e.Data)
		return nil
	}})
	require.NoError(t, err)
	var followed []int64
	for progress, err := range store.Tail(t.Context(), NewQuery(nil, "Large"), Checkpoint{}) {
		require.NoError(t, err)
		if followed = append(followed, positionsOf(progress.Events)...); progress.Position == 3 {
			break
		}
	}
	require.Equal(t, []int64{1, 2}, followed, "a tail goes on behind each")
}

// While the log is locked, all that counts is that there is a conflict.
func TestTheCheckFetchesLittleOfLargeEvents(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 12, 1)
	large := NewQuery(Tags{"large"})
	stale := &request{}
	stale.fill(t.Context(), []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, large, Checkpoint{})
	conn, found, err := store.committer.check(t.Context(), []*request{stale})
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), rollback)
	require.NoError(t, err)
	conn.Release()
	require.Len(t, found.events[0], 12)
	require.Zero(t, sizeOf(unshared(found.events[0])))
	require.False(t, isComplete(found.events[0]), "so nothing is decided on the spot")

	_, err = store.AppendEvents(t.Context(), []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, large, 2)
	var conflict *ConflictError
	require.ErrorAs(t, err, &conflict)
	stored, _, err := store.ReadSince(t.Context(), large, At(2))
	require.NoError(t, err)
	require.Equal(t, stored[:3], conflict.Events, "who is told of them gets what fits")
}

// Two seats; the one is taken, and tells a long story. What can't be decided on the spot
// for want of room is decided by reading.
func TestALargeEventIsNotDecidedAboutOnTheSpot(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 0, 0)
	boundary := func(n *int) Boundary {
		return Boundary{Into(n, Project(0, Tags{"large"}, OnAny(func(n int, _ Event) int { return n + 1 })))}
	}
	var known []int
	err := Decide(t.Context(), store, boundary, func(n int) ([]Fact, error) {
		if known = append(known, n); n == 0 {
			_, err := store.AppendEvents(t.Context(), []InputEvent{megabytes(1)}, Query{}, 0)
			require.NoError(t, err)
		}
		return Facts(taken{}), nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, known)
}

func TestATraceIsToldOfALargeEventAsItIsStored(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 0, 0)
	boundary := func(n *int) Boundary {
		return Boundary{Into(n, Project(0, Tags{"large"}, OnAny(func(n int, _ Event) int { return n + 1 })))}
	}
	var told []Event
	ctx := WithTrace(t.Context(), &Trace{Conflicted: func(step TraceConflicted) { told = append(told, step.Conflict.Events...) }})
	require.NoError(t, Decide(ctx, store, boundary, func(n int) ([]Fact, error) {
		if n == 0 {
			_, err := store.AppendEvents(t.Context(), []InputEvent{megabytes(1)}, Query{}, 0)
			require.NoError(t, err)
		}
		return Facts(taken{}), nil
	}))
	stored, _, err := store.ReadSince(t.Context(), NewQuery(Tags{"large"}), Checkpoint{})
	require.NoError(t, err)
	require.Equal(t, stored, told)
}

// The rows of an index and the conditions of a batch are work for the database, too.
func TestABatchIsBoundedByAllThatItSends(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("t", 1000)
	manyTags, manyItems := make(Tags, 3000), make([]Query, 3000)
	for i := range manyTags {
		manyTags[i] = Tag(fmt.Sprint(long[:990], i))
		manyItems[i] = NewQuery(manyTags[i : i+1])
	}
	for name, fill := range map[string]func(r *request){
		"data": func(r *request) {
			r.fill(t.Context(), []InputEvent{NewInputEvent("A", nil, fmt.Appendf(nil, `"%s"`, strings.Repeat("x", 3<<20)))}, Query{}, Checkpoint{})
		},
		"tags": func(r *request) {
			r.fill(t.Context(), []InputEvent{NewInputEvent("A", manyTags, []byte(`{}`))}, Query{}, Checkpoint{})
		},
		"queries": func(r *request) {
			r.fill(t.Context(), []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, Query{}.Or(manyItems...), Checkpoint{})
		},
	} {
		c := &committer{}
		for range 5 {
			r := &request{}
			fill(r)
			c.waiting = append(c.waiting, r)
		}
		var sizes []int
		for len(c.waiting) > 0 {
			batch, _ := c.take()
			sizes = append(sizes, len(batch))
		}
		require.Equal(t, []int{2, 2, 1}, sizes, name)
	}
}
