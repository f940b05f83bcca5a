package dcb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

func TestAConfirmationSurvivesAConnectionThatIsDead(t *testing.T) {
	t.Parallel()
	store, _, wire, hook := openWired(t)
	appendFacts(t, store, roomOpened{"blue", 1})
	cuts := 0
	hook.Set(func(sql string) {
		if strings.Contains(sql, "pg_logical_emit_message") && cuts < 2 {
			cuts++
			wire.cut()
		}
	})
	err := dcb.Decide(t.Context(), store, takeSeat{Room: "blue"}.boundary, func(room) ([]dcb.Fact, error) { return nil, nil })
	require.NoError(t, err)
	require.Equal(t, 2, cuts)
}

func TestAConfirmationGivesUpAfterThreeDeadConnections(t *testing.T) {
	t.Parallel()
	store, _, wire, hook := openWired(t)
	cuts := 0
	hook.Set(func(sql string) {
		if strings.Contains(sql, "pg_logical_emit_message") {
			cuts++
			wire.cut()
		}
	})
	require.Error(t, store.Confirm(t.Context()))
	require.Equal(t, 3, cuts)
}

// An append that finds its events stored returns when they are as safe as if it had stored
// them itself: see TestAnAppendThatIsFoundIsAcknowledgedWhenTheStandbyHasIt.
func TestWhatIsFoundStoredIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	store := openStore(t, pool)
	stored := event("A", "x")
	appendAll(t, store, stored)
	appendFacts(t, store, roomOpened{"blue", 1})
	confirmed := 0
	hook.Set(func(sql string) {
		if strings.Contains(sql, "pg_logical_emit_message") {
			confirmed++
		}
	})
	for name, ask := range map[string]func() error{
		"a repetition": func() error {
			_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{stored}, tagged("x"), 0)
			return err
		},
		"events that exist": func() error {
			_, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("B")}, tagged("x"), 0, dcb.StateReducer{
				ReducerFn: func(any, dcb.Event) any { return "there" },
			})
			return err
		},
		"a decision with nothing to do": func() error {
			return dcb.Decide(t.Context(), store, takeSeat{Room: "blue"}.boundary, func(room) ([]dcb.Fact, error) { return nil, nil })
		},
		"whatever is asked for": func() error { return store.Confirm(t.Context()) },
	} {
		confirmed = 0
		require.NoError(t, ask(), name)
		require.Equal(t, 1, confirmed, name)
	}
	confirmed = 0
	appendAll(t, store, event("C"))
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("D")}, tagged("x"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Zero(t, confirmed, "what is stored confirms itself, and a conflict tells of nothing that is done")
	require.EqualValues(t, 1, pool.Stat().NewConnsCount(), "each leaves its connection in good order")
}
