package dcb

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// A held read is a statement that is not sent before it is released.
type heldReads struct {
	sent    chan int // gets how many questions a statement asks
	release chan struct{}
}

func holdReads(store *Store) heldReads {
	h := heldReads{make(chan int, 100), make(chan struct{})}
	ask := store.sharedReads().ask
	store.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		h.sent <- len(questions)
		select {
		case <-h.release:
			return ask(ctx, settings, questions, known)
		case <-ctx.Done():
			return found{}, ctx.Err()
		}
	}
	return h
}

type answerOfARead struct {
	positions []int64
	err       error
}

func readInBackground(ctx context.Context, store *Store, query Query) <-chan answerOfARead {
	done := make(chan answerOfARead, 1)
	go func() {
		events, _, err := readShared(ctx, store, query)
		var positions []int64
		for _, e := range events {
			positions = append(positions, e.Position)
		}
		done <- answerOfARead{positions, err}
	}()
	return done
}

// waitForReads waits until so many reads wait for the next statement.
func waitForReads(t *testing.T, store *Store, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		store.sharedReads().mu.Lock()
		defer store.sharedReads().mu.Unlock()
		return len(store.sharedReads().waiting) == n
	}, time.Minute, time.Millisecond)
}

func seat(tags ...Tag) InputEvent { return NewInputEvent("SeatTaken", tags, []byte(`{}`)) }

func TestReadsThatComeAtOnceShareAStatement(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room:1", "ada"), seat("room:2", "ada"), seat("room:2", "kofi")}, Query{}, 0)
	require.NoError(t, err)
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room:1"}))
	require.Equal(t, 1, <-h.sent)
	one := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}).Or(NewQuery(Tags{"ada"})))
	two := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}).Or(NewQuery(Tags{"kofi"})))
	waitForReads(t, store, 2)
	close(h.release)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-first)
	require.Equal(t, answerOfARead{[]int64{1, 2, 3}, nil}, <-one)
	require.Equal(t, answerOfARead{[]int64{2, 3}, nil}, <-two)
	require.Equal(t, 3, <-h.sent, "room 2, Ada and Kofi, each once")
	require.Empty(t, h.sent)
}

// The statement of the first read is on its way. An event that is stored now may not be in it, but
// has to be in a read that begins now: the second read gets a statement of its own.
func TestAReadSharesNoStatementThatWasSentBeforeIt(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	ask, sent, release := store.sharedReads().ask, make(chan struct{}, 2), make(chan struct{})
	store.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		found, err := ask(ctx, settings, questions, known)
		sent <- struct{}{}
		<-release
		return found, err
	}
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	<-sent
	_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room")}, Query{}, 0)
	require.NoError(t, err)
	second := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	waitForReads(t, store, 1)
	close(release)
	require.Equal(t, answerOfARead{nil, nil}, <-first)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-second)
}

// Each waits for a disk, say. The one that is held keeps up nobody else.
func TestAStatementThatTakesLongKeepsUpNoOtherOne(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room:1"}))
	<-h.sent
	second := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}))
	<-h.sent
	close(h.release)
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-second).err)
}

// The usual number of statements is under way, and none comes back. A read that waits sends
// one more, and so on as long as there are connections.
func TestWhoWaitsForLongHasAStatementMore(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().few, store.sharedReads().most = 1, 3
	h := holdReads(store)
	var reads []<-chan answerOfARead
	for i := range 3 {
		reads = append(reads, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
		require.Equal(t, 1, <-h.sent)
	}
	reads = append(reads, readInBackground(t.Context(), store, NewQuery(Tags{"room:3"})))
	waitForReads(t, store, 1)
	require.Never(t, func() bool { return len(h.sent) > 0 }, 3*longestUnsent, longestUnsent, "three is the most")
	close(h.release)
	for _, read := range reads {
		require.NoError(t, (<-read).err)
	}
	require.Eventually(t, func() bool {
		store.sharedReads().mu.Lock()
		defer store.sharedReads().mu.Unlock()
		return store.sharedReads().underWay == 0
	}, time.Minute, time.Millisecond)
}

func TestAStatementAsksForSoManyItemsAtMost(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	var wide Query
	for i := range mostItemsAtOnce + 1 {
		wide = wide.Or(NewQuery(Tags{Tag(fmt.Sprint("room:", i))}))
	}
	one := readInBackground(t.Context(), store, wide)
	waitForReads(t, store, 1)
	two := readInBackground(t.Context(), store, NewQuery(Tags{"ada"}))
	waitForReads(t, store, 2)
	close(h.release)
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-one).err)
	require.NoError(t, (<-two).err)
	require.Equal(t, mostItemsAtOnce+1, <-h.sent, "more than that is asked for alone")
	require.Equal(t, 1, <-h.sent)
}

// The large events of one item may leave no room for even the first event of another one. Such an
// item is known as far as before, and nothing without data is remembered.
func TestAnItemWithoutRoomForItsFirstEventIsKnownAsFarAsBefore(t *testing.T) {
	t.Parallel()
	r := &sharedReads{memory: newMemory(1 << 20)}
	before := r.memory.extend(keyOf(1), nothing, someEvents(1, 1), upTo(2))
	item := &sharedItem{key: keyOf(1), before: before}
	cut := &sharedEvent{Event: Event{Type: "SeatTaken", Position: 3}}
	r.takeIn(item, []*sharedEvent{cut}, found{head: upTo(4)}, 100)
	require.Equal(t, before.events, item.events)
	require.EqualValues(t, 2, item.upTo)
	require.Same(t, before, r.memory.get(keyOf(1)))
}

// A statement has no room for all events of an item. The item is known up to the last one that is
// whole, and the next page begins after that.
func TestALongItemIsKnownUpToItsLastWholeEvent(t *testing.T) {
	t.Parallel()
	r := &sharedReads{memory: newMemory(1 << 20)}
	item := &sharedItem{key: keyOf(1), before: nothing}
	whole := someEvents(1, 4)
	cut := &sharedEvent{Event: Event{Type: "SeatTaken", Position: 5}}
	r.takeIn(item, append(whole, cut), found{head: upTo(9)}, 100)
	require.Equal(t, whole, item.events)
	require.EqualValues(t, 4, item.upTo)
}

// The first item is known up to position 3 and the second one further. The next page of the read
// begins after position 3, so the read must not get a later event twice.
func TestAReadGetsNoEventBeyondWhatIsKnownOfAllItsItems(t *testing.T) {
	t.Parallel()
	both := someEvents(5, 1)
	read := &sharedRead{keys: []itemKey{keyOf(1), keyOf(2)}, answered: make(chan struct{})}
	read.tell(map[itemKey]*sharedItem{
		keyOf(1): {events: both[:3], upTo: 3},
		keyOf(2): {events: both[1:], upTo: 9},
	}, upTo(9))
	require.Equal(t, both[:3], read.events)
	require.EqualValues(t, 3, read.upTo)
}

// Half of the pool's connections are left to appends. But even a pool of one connection may have
// two statements: while the first one waits for a disk, the second one waits for the connection.
func TestReadsLeaveHalfOfTheConnectionsToOthers(t *testing.T) {
	t.Parallel()
	for connections, want := range map[int32]int{1: 2, 4: 2, 5: 2, 6: 3, 40: 20} {
		config, err := pgxpool.ParseConfig("postgres://somebody@192.0.2.1/log")
		require.NoError(t, err)
		config.MaxConns = connections
		pool, err := pgxpool.NewWithConfig(t.Context(), config) // connects when it is used
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		reads := newSharedReads(&Store{pool: pool}, 0)
		require.Equal(t, want, reads.most, connections)
		require.Equal(t, max(2, min(runtime.GOMAXPROCS(0), want)), reads.few, connections)
		require.Equal(t, reads.few, cap(reads.alone), connections)
	}
}

// Nothing else is under way, so there is nothing to wait for.
func TestAReadThatComesAloneIsSentAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &sharedReads{memory: newMemory(1 << 20), few: 1, most: 1}
		r.ask = func(context.Context, string, []question, []Checkpoint) (found, error) {
			return found{events: [][]*sharedEvent{someEvents(1, 1)}, head: upTo(1)}, nil
		}
		began := time.Now()
		head, err := r.read(t.Context(), NewQuery(Tags{"room"}), func([]*sharedEvent) error { return nil })
		require.NoError(t, err)
		require.Equal(t, upTo(1), head)
		require.Zero(t, time.Since(began))
	})
}

// The statement that is under way does not come back.
func TestAReadThatHasWaitedForLongHasAStatementMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &sharedReads{memory: newMemory(1 << 20), few: 1, most: 2, underWay: 1}
		r.ask = func(context.Context, string, []question, []Checkpoint) (found, error) {
			return found{events: [][]*sharedEvent{nil}}, nil
		}
		began := time.Now()
		_, err := r.read(t.Context(), NewQuery(Tags{"room"}), func([]*sharedEvent) error { return nil })
		require.NoError(t, err)
		require.Equal(t, longestUnsent, time.Since(began))
	})
}

// The first statement returns as many events as it may, and one of them can't be decoded. The read
// ends with that, and asks for no further page.
func TestALongReadEndsWhenItsFirstEventsAreNotTaken(t *testing.T) {
	t.Parallel()
	r := &sharedReads{memory: newMemory(1 << 20), few: 1, most: 1}
	r.ask = func(context.Context, string, []question, []Checkpoint) (found, error) {
		return found{events: [][]*sharedEvent{someEvents(pageSize, 1)}, head: upTo(pageSize + 1)}, nil
	}
	errOwn := errors.New("it can't be decoded")
	_, err := r.read(t.Context(), NewQuery(Tags{"room"}), func([]*sharedEvent) error { return errOwn })
	require.ErrorIs(t, err, errOwn)
}

func TestAStatementIsOfSoManyReadsAndItemsAtMost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		items []int // of each read that waits
		want  []int // reads of each statement
	}{
		"a read more than a statement has":              {slices.Repeat([]int{1}, mostReadsAtOnce+1), []int{mostReadsAtOnce, 1}},
		"as many items as a statement has":              {[]int{mostItemsAtOnce - 1, 1}, []int{2}},
		"an item more":                                  {[]int{mostItemsAtOnce - 1, 2}, []int{1, 1}},
		"a read that has more items by itself is alone": {[]int{mostItemsAtOnce + 1, 1}, []int{1, 1}},
	} {
		r := &sharedReads{underWay: 1}
		for _, items := range test.items {
			r.waiting = append(r.waiting, &sharedRead{ctx: t.Context(), items: make([]QueryItem, items)})
		}
		var got []int
		for batch := r.take(); len(batch) > 0; batch = r.take() {
			require.Equal(t, 1, r.underWay, name)
			got = append(got, len(batch))
		}
		require.Equal(t, test.want, got, name)
		require.Zero(t, r.underWay, name)
	}
}
