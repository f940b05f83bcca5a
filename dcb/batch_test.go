package dcb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

// A held append is under way and not carried out: what comes meanwhile waits.
type held struct {
	store   *dcb.Store
	pool    *pgxpool.Pool
	release func()
	done    <-chan result
	begins  *int // transactions begun so far, not to be looked at before all are done
}

type result struct {
	position int64
	err      error
}

// holdAppend opens a store with these facts, appends an event and holds it up before
// it is sent.
func holdAppend(t *testing.T, facts ...dcb.Fact) held {
	t.Helper()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	h := held{store: openStore(t, pool), pool: pool, begins: new(int)}
	h.store.DecideOnTheSpotWithin(time.Minute, time.Minute) // however busy the machine is
	if len(facts) > 0 {
		appendFacts(t, h.store, facts...)
	}
	reached, release := make(chan struct{}), make(chan struct{})
	holding := true
	hook.Set(func(sql string) {
		if !strings.HasPrefix(sql, "begin") {
			return
		}
		if *h.begins++; holding {
			holding = false
			close(reached)
			<-release
		}
	})
	h.release = func() { close(release) }
	h.done = send(t.Context(), h.store, dcb.Query{}, event("First", "first"))
	<-reached
	return h
}

// send appends in the background.
func send(ctx context.Context, store *dcb.Store, query dcb.Query, events ...dcb.InputEvent) <-chan result {
	done := make(chan result, 1)
	go func() {
		position, err := store.AppendEvents(ctx, events, query, 0)
		done <- result{position, err}
	}()
	return done
}

// waiting waits until n requests wait for the next batch.
func waiting(t *testing.T, store *dcb.Store, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return store.Waiting() == n }, time.Minute, time.Millisecond)
}

func TestAppendsThatComeMeanwhileShareATransaction(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	var results []<-chan result
	for i := range 20 {
		seat := dcb.Tag("seat:" + string(rune('a'+i/2))) // each is wanted twice
		results = append(results, send(t.Context(), h.store, tagged(seat), event("Taken", seat)))
		waiting(t, h.store, i+1)
	}
	h.release()
	require.Equal(t, result{1, nil}, <-h.done)
	for i, done := range results {
		got := <-done
		if i%2 == 0 {
			assert.Equal(t, result{int64(2 + i/2), nil}, got, "the first to come has the seat")
			continue
		}
		var conflict *dcb.ConflictError
		require.ErrorAs(t, got.err, &conflict)
		require.Len(t, conflict.Events, 1)
		assert.EqualValues(t, 2+i/2, conflict.Events[0].Position, "the conflict is with one of the same batch")
		stored := readAll(t, h.store, tagged(conflict.Events[0].Tags[0]), dcb.ReadOptions{})
		assert.Equal(t, stored, conflict.Events, "and it is what was stored")
	}
	require.Equal(t, 3, *h.begins, "one for the first, one for the twenty, and one to look up those that failed")
}

func TestOneBadAppendFailsAlone(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	taken := event("Original", "x")
	first := send(t.Context(), h.store, dcb.Query{}, taken)
	waiting(t, h.store, 1)
	other := event("Good", "y")
	good := send(t.Context(), h.store, dcb.Query{}, other)
	waiting(t, h.store, 2)
	bad := send(t.Context(), h.store, dcb.Query{}, dcb.InputEvent{ID: taken.ID, Type: "Impostor", Data: []byte(`{}`)})
	waiting(t, h.store, 3)
	h.release()
	require.NoError(t, (<-h.done).err)
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-good).err)
	require.ErrorContains(t, (<-bad).err, "is taken by another event")
	require.Len(t, readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{}), 3)
}

// Somebody has added an index, and an event is too large for it. PostgreSQL answers with the same
// code as when there is no room for a notification. An append that is too large fails at once. An
// append whose notification had no room is tried again.
func TestAnAppendThatIsTooLargeForAnIndexFailsAlone(t *testing.T) {
	t.Parallel()
	random := make([]byte, 20_000) // which can't be compressed
	for i := range random {
		random[i] = 'a' + byte(rand.IntN(26))
	}
	for name, test := range map[string]struct{ index, data, says string }{
		"too large":    {`(data->>'a')`, fmt.Sprintf(`{"a": %q}`, random), "index row"},
		"not a number": {`((data->>'a')::int)`, `{"a": "none"}`, "invalid input syntax for type integer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := holdAppend(t)
			_, err := h.pool.Exec(t.Context(), `create index on dcb_event (`+test.index+`)`)
			require.NoError(t, err)
			good := send(t.Context(), h.store, dcb.Query{}, event("Good", "y"))
			waiting(t, h.store, 1)
			bad := send(t.Context(), h.store, dcb.Query{}, dcb.NewInputEvent("Bad", dcb.Tags{"x"}, []byte(test.data)))
			waiting(t, h.store, 2)
			h.release()
			require.NoError(t, (<-h.done).err)
			require.NoError(t, (<-good).err)
			require.ErrorContains(t, (<-bad).err, test.says)
			require.Len(t, readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
			require.Equal(t, 4, *h.begins, "one for the first, one for both, and one for each alone")
		})
	}
}

func TestAnAppendThatIsCancelledBeforeItIsSentIsNeverSent(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	ctx, cancel := context.WithCancel(t.Context())
	second := send(ctx, h.store, dcb.Query{}, event("Second"))
	waiting(t, h.store, 1)
	cancel()
	require.ErrorIs(t, (<-second).err, context.Canceled, "it does not wait for the one under way")
	assert.Zero(t, h.store.Waiting())
	h.release()
	require.NoError(t, (<-h.done).err)
	require.EqualValues(t, 2, appendAll(t, h.store, event("Third")), "what was in the queue before is over")
}

// Its batch has begun, and nothing of that was sent. It is not stored, and the others are.
func TestAnAppendThatIsCancelledLeavesTheOthersOfItsBatchAlone(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	store.TakeTwoTrips()
	reached, release := make(chan struct{}, 2), make(chan struct{})
	hook.Set(beforeBegin(func() {
		reached <- struct{}{}
		<-release
	}))
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-reached
	ctx, cancel := context.WithCancel(t.Context())
	cancelled := send(ctx, store, dcb.Query{}, event("Cancelled"))
	waiting(t, store, 1)
	third := send(t.Context(), store, dcb.Query{}, event("Third"))
	waiting(t, store, 2)
	release <- struct{}{}
	require.Equal(t, result{1, nil}, <-first)
	<-reached
	cancel()
	require.ErrorIs(t, (<-cancelled).err, context.Canceled)
	close(release)
	require.Equal(t, result{2, nil}, <-third)
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
}

// A requirement that fails in a hook of the pool ends the goroutine that it runs on.
func TestTheStoreOutlivesAHookThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	store := openStore(t, pool)
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			runtime.Goexit()
		}
	})
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
	require.ErrorIs(t, err, dcb.ErrUnknownOutcome)
	require.EqualValues(t, 1, appendAll(t, store, event("B")))
	store.Close()
}

func TestCloseFinishesWhatWasAcceptedAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	second := send(t.Context(), h.store, dcb.Query{}, event("Second"))
	waiting(t, h.store, 1)
	closed := make(chan struct{})
	go func() {
		h.store.Close()
		close(closed)
	}()
	require.Eventually(t, func() bool {
		_, _, err := h.store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		return err != nil
	}, time.Minute, time.Millisecond, "Close begins")
	_, err := h.store.AppendEvents(t.Context(), []dcb.InputEvent{event("Third")}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "closed")
	select {
	case <-closed:
		require.Fail(t, "Close did not wait")
	default:
	}
	h.release()
	<-closed
	require.NoError(t, (<-h.done).err)
	require.NoError(t, (<-second).err)
	require.ErrorIs(t, h.store.Confirm(t.Context()), dcb.ErrClosed)
	h.store.Close() // twice is fine
}

func TestTheSameIDWithOtherContentIsAnError(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	original := dcb.NewInputEvent("A", dcb.Tags{"x"}, []byte(`{"n":1}`))
	appendAll(t, store, original)
	for name, change := range map[string]func(*dcb.InputEvent){
		"type": func(e *dcb.InputEvent) { e.Type = "B" },
		"tags": func(e *dcb.InputEvent) { e.Tags = dcb.Tags{"y"} },
		"data": func(e *dcb.InputEvent) { e.Data = []byte(`{"n":2}`) },
	} {
		other := original
		change(&other)
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{other}, dcb.Query{}, 0)
		require.ErrorContains(t, err, "taken by another event", name)
		_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{other}, dcb.AllEvents(), 0)
		require.ErrorIs(t, err, dcb.ErrConflict, "%s: under a condition that does not hold", name)
	}
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{original, event("New")}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "taken by another event", "half of an append is no repetition")
	twice := event("Twice")
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{twice, twice}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "taken by another event", "an ID twice in one append")
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
}
