package dcb

import (
	"context"
	"fmt"
	"testing"
	"time"

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
