package held_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
	"go-crablet/web/held"
)

// A store may decide again on the spot after a conflict. Then there would be no second attempt
// to hold.
func TestOnAStoreTheAttemptAfterAConflictIsHeldAsWell(t *testing.T) {
	t.Parallel()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	hall := &hall{Keeper: held.NewKeeper(held.Longest, nil), t: t, receipts: map[string]receipt.Receipt{}}
	t.Cleanup(func() { hall.Close() })

	one, stage := hall.begin(hall.decisionOn(store, "ada", take{"ada", 2}))
	require.True(t, stage.Open)
	require.NoError(t, take{"kofi", 2}.Decide(t.Context(), store))
	require.True(t, one.Continue(1))
	stage = one.Await(t.Context())
	require.True(t, stage.Open, "held again")
	require.Equal(t, 2, stage.Stop)
	require.Len(t, stage.SoFar.Attempts, 2)
	assert.EqualValues(t, 1, stage.SoFar.Last().ReadTo)

	require.True(t, one.Continue(2))
	stage = one.Await(t.Context())
	require.True(t, stage.Over)
	record := hall.receipts[stage.ReceiptID]
	require.Len(t, record.Attempts, 2)
	assert.Equal(t, receipt.Appended, record.Outcome())
	assert.NotZero(t, record.Attempts[0].Conflict.Wait, "it was not decided on the spot")
	_, head, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	assert.EqualValues(t, 2, head.Position)
}

// A cancelled decision never sends its append.
func TestOnAStoreWhatIsCancelledIsNotThere(t *testing.T) {
	t.Parallel()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	hall := &hall{Keeper: held.NewKeeper(held.Longest, nil), t: t, receipts: map[string]receipt.Receipt{}}
	cancelled, _ := hall.begin(hall.decisionOn(store, "ada", take{"ada", 2}))
	stopped, _ := hall.begin(hall.decisionOn(store, "kofi", take{"kofi", 2}))
	require.True(t, cancelled.Cancel(1))
	hall.Close()
	assert.Equal(t, held.ErrCancelled, cancelled.Stage().Err)
	assert.Equal(t, held.ErrStopped, stopped.Stage().Err)
	_, head, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	assert.Zero(t, head.Position)
}
