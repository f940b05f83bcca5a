package receipt_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

func TestLatestAppends(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 3})
	store := receipt.NewStore(pgtest.New(t))
	blue := []dcb.QueryItem{{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "blue")}}
	choice := dcb.QueryItem{Types: []string{"Chosen"}, Tags: dcb.NewTags("choice", "room")}
	green := dcb.QueryItem{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "green")}
	save := func(r receipt.Receipt, command string) {
		r.Command = command
		require.NoError(t, store.Save(t.Context(), r))
	}
	latest := func(command string, n int) ([]receipt.Append, int) {
		appends, decisions, err := store.LatestAppends(t.Context(), command, n)
		require.NoError(t, err)
		return appends, decisions
	}

	appends, decisions := latest("take", 10)
	require.Empty(t, appends)
	require.Zero(t, decisions)

	save(record(t, t.Context(), log, take{"blue", "ada"}), "take")                                                      // at 2
	save(record(t, meanwhile(t, log, taken{"blue", "kofi"}, taken{"green", "mei"}), log, take{"blue", "noor"}), "take") // after 2 meets 3, then at 5
	save(record(t, t.Context(), log, take{"blue", "lena"}), "take")                                                     // refused
	save(plain("other", time.Now()), "other")

	appends, decisions = latest("take", 10)
	require.Equal(t, 3, decisions, "one was refused")
	require.Equal(t, []receipt.Append{{blue, 2, 4}, {blue, 4, 5}, {blue, 1, 2}}, appends)
	appends, decisions = latest("take", 3)
	require.Equal(t, 2, decisions, "the latest three are these and another one")
	require.Len(t, appends, 2)
	appends, decisions = latest("other", 10)
	assert.Empty(t, appends)
	assert.Equal(t, 1, decisions)

	log = newLog(t, chosen{"blue"}, opened{"blue", 2}, opened{"green", 2}, taken{"green", "mei"})
	save(record(t, meanwhile(t, log, chosen{"green"}), log, takeChosen{"ada"}), "takeChosen")
	appends, _ = latest("takeChosen", 10)
	require.Equal(t, []receipt.Append{
		{[]dcb.QueryItem{choice, blue[0]}, 4, 6},
		{[]dcb.QueryItem{choice, green}, 5, 6},
	}, appends, "the boundary moved")
}

func TestAnAttemptWithoutConflictingEventsHasNoPlaceInTheLog(t *testing.T) {
	t.Parallel()
	store := receipt.NewStore(pgtest.New(t))
	lost := plain("lost", time.Now())
	lost.Attempts[0].Wanted, lost.Attempts[0].Conflict = []receipt.Event{{Type: "Taken"}}, &receipt.Conflict{}
	require.NoError(t, store.Save(t.Context(), lost))
	appends, decisions, err := store.LatestAppends(t.Context(), "", 1)
	require.NoError(t, err)
	assert.Empty(t, appends)
	assert.Equal(t, 1, decisions)
}

func TestLatestAppendsFailsWithoutADatabase(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := receipt.NewStore(pool)
	pool.Close()
	_, _, err := store.LatestAppends(t.Context(), "take", 1)
	require.ErrorContains(t, err, "read receipts: ")
}
