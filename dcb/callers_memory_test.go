package dcb_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// conflictOf returns the conflict that an append met.
func conflictOf(t *testing.T, err error) *dcb.ConflictError {
	t.Helper()
	var conflict *dcb.ConflictError
	require.ErrorAs(t, err, &conflict)
	return conflict
}

// Ada uses the memory of her event again when her append is over. Kofi, whose append lost
// to hers in the same batch, is told of what she stored.
func TestAnAppendSharesNoMemoryWithItsCaller(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	data := []byte(`{"who":"ada"}`)
	tags := dcb.NewTags("seat", "1", "who", "ada")
	ada := make(chan error, 1)
	go func() {
		e := dcb.InputEvent{ID: strings.ToUpper(dcb.NewID()), Type: "Taken", Tags: tags, Data: data}
		_, err := h.store.AppendEvents(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, 0)
		copy(data, `{"who":"eve"}`)
		tags[0], tags[1] = "seat:9", "who:eve"
		ada <- err
	}()
	waiting(t, h.store, 1)
	kofi := send(t.Context(), h.store, tagged("seat:1"), event("Taken", "seat:1"))
	waiting(t, h.store, 2)
	mei := send(t.Context(), h.store, tagged("seat:1"), event("Taken", "seat:1"))
	waiting(t, h.store, 3)
	h.release()
	require.NoError(t, <-ada)
	told := conflictOf(t, (<-kofi).err)
	stored := readAll(t, h.store, tagged("seat:1"), dcb.ReadOptions{})
	require.Equal(t, stored, told.Events, "recorded time and the case of the ID included")
	require.Equal(t, `{"who":"ada"}`, string(stored[0].Data))

	copy(told.Events[0].Data, `{"who":"eve"}`)
	told.Events[0].Tags[0] = "seat:9"
	require.Equal(t, stored, conflictOf(t, (<-mei).err).Events, "and Mei's are her own")
}

// Two appends lose to one event that is in the log already.
func TestConflictsShareNoMemoryWithEachOther(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, seatTaken{"blue", "ada"})
	one := send(t.Context(), h.store, tagged("room:blue"), event("A"))
	waiting(t, h.store, 1)
	two := send(t.Context(), h.store, tagged("room:blue"), event("A"))
	waiting(t, h.store, 2)
	h.release()
	first, second := conflictOf(t, (<-one).err), conflictOf(t, (<-two).err)
	first.Events[0].Data[0], first.Events[0].Tags[0] = '!', "!"
	require.Equal(t, readAll(t, h.store, tagged("room:blue"), dcb.ReadOptions{}), second.Events)
}

func TestWhatADecisionOnTheSpotIsToldEqualsWhatIsStored(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	var told []dcb.Event
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
		Conflicted: func(step dcb.TraceConflicted) { told = append(told, step.Conflict.Events...) },
		Read:       func(step dcb.TraceRead) { told = append(told, step.Events...) },
	})
	require.Equal(t, []error{nil, nil}, decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"blue", "ada"}.run(ctx, h.store) },
	))
	stored := readAll(t, h.store, dcb.NewQuery(dcb.NewTags("room", "blue")), dcb.ReadOptions{})
	require.Equal(t, []dcb.Event{stored[0], stored[1], stored[1]}, told)
}

// Its caller does not wait any more and may use the memory again, while the append goes on.
func TestAnAppendKeepsItsEventsWhenItsCallerIsGone(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	store.TakeTwoTrips()
	begun, inserting, goOn := make(chan struct{}), make(chan struct{}), make(chan struct{})
	inserts := 0
	hook.Set(func(sql string) {
		switch {
		case strings.HasPrefix(sql, "begin") && inserts == 0:
			close(begun)
			<-goOn
		case isInsert(sql):
			if inserts++; inserts == 2 {
				close(inserting)
				<-goOn
			}
		}
	})
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-begun
	ctx, pass := racetest.Deadline()
	data := []byte(`{"n":1}`)
	gone := send(ctx, store, dcb.Query{}, dcb.InputEvent{Type: "A", Tags: dcb.Tags{"x"}, Data: data})
	waiting(t, store, 1)
	other := send(t.Context(), store, tagged("x"), event("B"))
	waiting(t, store, 2)
	goOn <- struct{}{}
	require.NoError(t, (<-first).err)
	<-inserting
	pass()
	require.ErrorIs(t, (<-gone).err, dcb.ErrUnknownOutcome)
	copy(data, `{"n":2}`)
	close(goOn)
	conflict := conflictOf(t, (<-other).err)
	require.Equal(t, `{"n":1}`, string(conflict.Events[0].Data))
	require.Equal(t, readAll(t, store, tagged("x"), dcb.ReadOptions{}), conflict.Events)
}

// openPool opens a pool on a database.
func openPool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}
