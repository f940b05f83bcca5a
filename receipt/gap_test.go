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

// Between the decision and the append, where what is known so far can be shown.
func TestAGapThatIsHeldOpenIsOnTheReceipt(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2}, taken{"blue", "kofi"})
	ctx, recorder := receipt.Record(t.Context(), take{"blue", "ada"}, "Ada wants a seat")
	gap := receipt.Gap{Open: 3 * time.Second, End: receipt.GapContinued}
	var soFar receipt.Receipt
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) {
		soFar = recorder.SoFar()
		recorder.Held(gap)
	}})
	require.NoError(t, take{"blue", "ada"}.Decide(ctx, log))
	r, ended := recorder.Receipt()
	require.True(t, ended)

	require.Len(t, soFar.Attempts, 1)
	assert.Equal(t, knew(2, "kofi"), soFar.Last().Knew)
	require.Len(t, soFar.Last().Wanted, 1)
	assert.Zero(t, soFar.Last().Wanted[0].Position)
	assert.JSONEq(t, `{"room":"blue","who":"ada"}`, string(soFar.Last().Wanted[0].Data))
	assert.Nil(t, soFar.Last().Gap, "what is found out later does not change it")
	assert.Equal(t, stored(t, log, 3), r.Last().Wanted)
	assert.Equal(t, &gap, r.Last().Gap)

	store := receipt.NewStore(pgtest.New(t))
	require.NoError(t, store.Save(t.Context(), r))
	kept, err := store.Find(t.Context(), r.ID)
	require.NoError(t, err)
	assert.Equal(t, &gap, kept.Last().Gap)
	require.NoError(t, store.Save(t.Context(), plain("older", time.Now())))
	kept, err = store.Find(t.Context(), "older")
	require.NoError(t, err)
	assert.Nil(t, kept.Last().Gap)
}
