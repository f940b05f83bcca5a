package held_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/held"
)

func TestADecisionIsHeldUntilItIsLetGoOn(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, stage := hall.begin(hall.decision("ada", take{"ada", 1}))
		require.True(t, stage.Open)
		assert.Equal(t, 1, stage.Stop)
		assert.Equal(t, time.Minute, stage.Until.Sub(stage.Since))
		assert.Equal(t, time.Minute, hall.Longest())
		assert.Equal(t, dcb.NewQuery(taken{}.Tags(), "Taken").Items(), stage.Condition.Items())
		require.Len(t, stage.SoFar.Attempts, 1)
		require.Len(t, stage.SoFar.Last().Wanted, 1)
		assert.JSONEq(t, `{"who":"ada"}`, string(stage.SoFar.Last().Wanted[0].Data))
		assert.Zero(t, stage.SoFar.Last().Wanted[0].Position)
		assert.Empty(t, guests(t, hall.log))

		time.Sleep(7 * time.Second)
		assert.True(t, one.Stage().Open)
		require.True(t, one.Continue(1))
		record := hall.receipt(one)
		assert.Equal(t, receipt.Appended, record.Outcome())
		assert.Equal(t, &receipt.Hold{Took: 7 * time.Second, End: receipt.HoldContinued}, record.Last().Hold)
		assert.Equal(t, 7*time.Second, record.Took)
		assert.Equal(t, []string{"ada"}, guests(t, hall.log))
	})
}

func TestADecisionThatNobodyHoldsIsLeftAlone(t *testing.T) {
	t.Parallel()
	ctx, recorder := receipt.Record(t.Context(), take{"ada", 1}, "Ada wants a seat")
	assert.Equal(t, ctx, held.Follow(ctx, recorder))
	assert.Zero(t, held.Stops(ctx))
}

func TestADecisionGoesOnByItselfAfterAMinute(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		began := time.Now()
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		time.Sleep(time.Minute - time.Nanosecond)
		assert.Empty(t, guests(t, hall.log))
		time.Sleep(time.Nanosecond)
		record := hall.receipt(one)
		assert.Equal(t, time.Minute, time.Since(began))
		assert.Equal(t, &receipt.Hold{Took: time.Minute, End: receipt.HoldTimedOut}, record.Last().Hold)
		assert.Equal(t, []string{"ada"}, guests(t, hall.log))
		assert.False(t, one.Continue(1))
		assert.False(t, one.Cancel(1))
	})
}

func TestADecisionThinksAsLongAsWasChosen(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		d := hall.decision("ada", take{"ada", 1})
		d.Think = 3 * time.Second
		one, stage := hall.begin(d)
		assert.Equal(t, 3*time.Second, stage.Until.Sub(stage.Since))
		time.Sleep(3 * time.Second)
		record := hall.receipt(one)
		assert.Equal(t, &receipt.Hold{Took: 3 * time.Second, End: receipt.HoldThought}, record.Last().Hold)
	})
}

func TestADecisionIsHeldAgainAfterAConflict(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 2}))
		hall.meanwhile(elsewhere{}, taken{"kofi"})
		hall.letGoOn(one, 1)
		stage := one.Await(t.Context())
		require.True(t, stage.Open)
		assert.Equal(t, 2, stage.Stop)
		require.Len(t, stage.SoFar.Attempts, 2)
		require.NotNil(t, stage.SoFar.Attempts[0].Conflict)
		assert.EqualValues(t, 2, stage.SoFar.Attempts[0].Conflict.Events[0].Position)
		assert.EqualValues(t, 2, stage.SoFar.Last().ReadTo)
		assert.Equal(t, []string{"kofi"}, guests(t, hall.log))

		assert.False(t, one.Continue(1), "whoever saw the first attempt knows nothing of this one")
		assert.False(t, one.Cancel(1))
		assert.True(t, one.Stage().Open)
		hall.letGoOn(one, 2)
		record := hall.receipt(one)
		assert.Equal(t, receipt.Appended, record.Outcome())
		assert.Equal(t, 1, record.Conflicts())
		assert.Equal(t, []string{"kofi", "ada"}, guests(t, hall.log))
	})
}

func TestADecisionWithNothingToAppendIsNotHeld(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		hall.meanwhile(taken{"kofi"})
		for name, test := range map[string]struct {
			cmd  take
			want error
		}{
			"a refusal":     {take{"ada", 1}, errFull},
			"nothing to do": {take{"kofi", 1}, nil},
		} {
			_, stage := hall.begin(hall.decision("ada", test.cmd))
			require.True(t, stage.Over, name)
			assert.Zero(t, stage.Stop, name)
			assert.Equal(t, test.want, stage.Err, name)
		}

		one, _ := hall.begin(hall.decision("ada", take{"ada", 2}))
		hall.meanwhile(taken{"mei"})
		hall.letGoOn(one, 1)
		one.Await(t.Context())
		record := hall.receipt(one)
		assert.Equal(t, receipt.Refused, record.Outcome(), "the second attempt")
		assert.NotNil(t, record.Attempts[0].Hold)
		assert.Nil(t, record.Attempts[1].Hold)
	})
}

func TestADecisionThatIsCancelledAppendsNothing(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		require.True(t, one.Cancel(1))
		assert.False(t, one.Continue(1), "it is too late")
		stage := one.Await(t.Context())
		require.True(t, stage.Over)
		assert.Equal(t, held.ErrCancelled, stage.Err)
		assert.Empty(t, stage.ReceiptID)
		assert.Empty(t, guests(t, hall.log))

		one, _ = hall.begin(hall.decision("ada", take{"ada", 1}))
		hall.letGoOn(one, 1)
		assert.False(t, one.Cancel(1), "what goes on is not cancelled any more")
		assert.Equal(t, receipt.Appended, hall.receipt(one).Outcome())
	})
}

// Somebody is faster each time. After ten minutes its attempts are not held any more.
func TestADecisionIsHeldForTenMinutesInAll(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, stage := hall.begin(hall.decision("ada", take{"ada", 100}))
		for stage.Until.After(stage.Since) {
			hall.meanwhile(taken{"kofi"})
			time.Sleep(time.Until(stage.Until))
			synctest.Wait() // for the pause after the conflict
			stage = one.Await(t.Context())
		}
		record := hall.receipt(one)
		assert.Equal(t, receipt.Appended, record.Outcome())
		n := len(record.Attempts)
		assert.Equal(t, &receipt.Hold{End: receipt.HoldTimedOut}, record.Attempts[n-1].Hold, "not held at all")
		inAll := record.Attempts[n-2].Hold.Took
		for _, attempt := range record.Attempts[:n-2] {
			inAll += attempt.Hold.Took + attempt.Conflict.Wait
		}
		assert.Equal(t, held.LongestInAll, inAll)
	})
}

// The request that began a decision is over long before the decision is.
func TestADecisionOutlivesTheRequestThatBeganIt(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		type key struct{}
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
		d := hall.decision("ada", take{"ada", 1})
		decide, value := d.Take, any(nil)
		d.Take = func(ctx context.Context) (receipt.Result, error) {
			value = ctx.Value(key{})
			assert.Zero(t, held.Stops(ctx))
			result, err := decide(ctx)
			assert.Equal(t, 1, held.Stops(ctx))
			return result, err
		}
		one, _, err := hall.Hold(ctx, d)
		require.NoError(t, err)
		one.Await(ctx)
		cancel()
		hall.letGoOn(one, 1)
		assert.Equal(t, receipt.Appended, hall.receipt(one).Outcome())
		assert.Equal(t, "value", value)
		assert.Zero(t, held.Stops(ctx), "which is not the decision's")
	})
}

func TestADecisionIsHeldAMinuteLongerEachTime(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		time.Sleep(50 * time.Second)
		require.True(t, one.Prolong(1))
		assert.False(t, one.Prolong(2), "there is no such stop yet")
		time.Sleep(69 * time.Second)
		require.True(t, one.Stage().Open)
		require.True(t, one.Prolong(1))
		require.True(t, one.Prolong(1))
		time.Sleep(121 * time.Second)
		record := hall.receipt(one)
		assert.Equal(t, &receipt.Hold{Took: 4 * time.Minute, End: receipt.HoldTimedOut}, record.Last().Hold)
		assert.False(t, one.Prolong(1), "it is over")
	})
}

func TestADecisionIsNotProlongedBeyondTenMinutes(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		for range 20 {
			require.True(t, one.Prolong(1))
		}
		assert.False(t, one.Stay(1), "somebody else may want the place")
		time.Sleep(held.LongestInAll)
		assert.Equal(t, held.LongestInAll, hall.receipt(one).Last().Hold.Took)
	})
}

func TestADecisionAtTheMachineOfTheProgramStaysHeldUntilItIsLetGoOn(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		d := hall.decision("ada", take{"ada", 2})
		d.Here = true
		one, _ := hall.begin(d)
		require.True(t, one.Stay(1))
		require.True(t, one.Stage().Endless)
		time.Sleep(3 * time.Hour)
		require.True(t, one.Stage().Open)
		hall.meanwhile(taken{"kofi"})
		hall.letGoOn(one, 1)
		stage := one.Await(t.Context())
		require.True(t, stage.Open)
		assert.False(t, stage.Endless, "the next attempt is held as long as any")
		time.Sleep(time.Minute)
		assert.Equal(t, receipt.Appended, hall.receipt(one).Outcome())
	})
}
