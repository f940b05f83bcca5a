package held_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/held"
)

// unencodable has no form in JSON.
type unencodable struct{ Never func() }

func (unencodable) EventType() string { return "Unencodable" }
func (unencodable) Tags() dcb.Tags    { return nil }

func TestADecisionWhoseFactsCannotBeEncodedHasNothingToHold(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		_, stage := hall.begin(held.Spec{Holder: "ada", Title: "Ada wants what nobody can store", Take: func(ctx context.Context) (receipt.Result, error) {
			ctx, recorder := receipt.Record(ctx, take{}, "Ada wants what nobody can store")
			boundary := func(*struct{}) dcb.Boundary { return nil }
			err := dcb.Decide(held.Follow(ctx, recorder), hall.log, boundary, func(struct{}) ([]dcb.Fact, error) {
				return dcb.Facts(unencodable{}), nil
			})
			return receipt.Result{}, err
		}})
		require.True(t, stage.Over)
		assert.Zero(t, stage.Stop)
		assert.ErrorContains(t, stage.Err, "encode Unencodable")
	})
}

// The event that it read is gone when it goes on, and somebody else has the seat.
func TestADecisionThatIsHeldWhileTheLogGetsAnotherEndStartsOver(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		hall.meanwhile(taken{"kofi"}, elsewhere{})
		one, stage := hall.begin(hall.decision("ada", take{"ada", 2}))
		require.EqualValues(t, 2, stage.SoFar.Last().ReadTo)
		hall.log.LoseEnd(1)
		hall.meanwhile(taken{"mei"})
		hall.letGoOn(one, 1)
		require.True(t, one.Await(t.Context()).Over)
		record := hall.receipt(one)
		require.Len(t, record.Attempts, 2)
		assert.Equal(t, &receipt.StartedOver{Known: 2, Wait: record.Attempts[0].StartedOver.Wait}, record.Attempts[0].StartedOver)
		assert.Equal(t, &receipt.Hold{Took: time.Second, End: receipt.HoldContinued}, record.Attempts[0].Hold)
		assert.Equal(t, receipt.Refused, record.Outcome())
		assert.Zero(t, record.Attempts[1].After)
		assert.Equal(t, 2, record.Attempts[1].Read)
		require.ErrorIs(t, one.Stage().Err, errFull)
		assert.Equal(t, []string{"kofi", "mei"}, guests(t, hall.log))
	})
}
