package receipt_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

// While an attempt is held, its receipt so far can be shown.
func TestAHoldIsOnTheReceipt(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2}, taken{"blue", "kofi"})
	ctx, recorder := receipt.Record(t.Context(), take{"blue", "ada"}, "Ada wants a seat")
	hold := receipt.Hold{Took: 3 * time.Second, End: receipt.HoldContinued}
	var soFar receipt.Receipt
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) {
		soFar = recorder.SoFar()
		recorder.Held(hold)
	}})
	require.NoError(t, take{"blue", "ada"}.Decide(ctx, log))
	r, ended := recorder.Receipt()
	require.True(t, ended)

	require.Len(t, soFar.Attempts, 1)
	assert.Equal(t, knew(2, "kofi"), soFar.Last().Knew)
	require.Len(t, soFar.Last().Wanted, 1)
	assert.Zero(t, soFar.Last().Wanted[0].Position)
	assert.JSONEq(t, `{"room":"blue","who":"ada"}`, string(soFar.Last().Wanted[0].Data))
	assert.Nil(t, soFar.Last().Hold, "what is found out later does not change it")
	assert.Equal(t, stored(t, log, 3), r.Last().Wanted)
	assert.Equal(t, &hold, r.Last().Hold)

	store := receipt.NewStore(pgtest.New(t))
	require.NoError(t, store.Save(t.Context(), r))
	kept, err := store.Find(t.Context(), r.ID)
	require.NoError(t, err)
	assert.Equal(t, &hold, kept.Last().Hold)
	require.NoError(t, store.Save(t.Context(), plain("older", time.Now())))
	kept, err = store.Find(t.Context(), "older")
	require.NoError(t, err)
	assert.Nil(t, kept.Last().Hold)
}

// The program that kept this receipt called a hold a gap. The names in JSON stay.
func TestAHoldThatAnOlderVersionKeptIsRead(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for end, want := range map[string]receipt.HoldEnd{
		"continued": receipt.HoldContinued, "bounded": receipt.HoldTimedOut, "thought": receipt.HoldThought,
	} {
		const keep = `insert into decision_receipt (id, decided_at, receipt) values ($1, now(), $2)`
		_, err := pool.Exec(t.Context(), keep, end, `{"attempts": [{"gap": {"open": 3000000000, "end": "`+end+`"}}]}`)
		require.NoError(t, err)
		kept, err := receipt.NewStore(pool).Find(t.Context(), end)
		require.NoError(t, err)
		require.Equal(t, &receipt.Hold{Took: 3 * time.Second, End: want}, kept.Last().Hold)

		encoded, err := json.Marshal(kept.Last().Hold)
		require.NoError(t, err)
		require.JSONEq(t, `{"open": 3000000000, "end": "`+end+`"}`, string(encoded), "older versions read it, too")
	}
}
