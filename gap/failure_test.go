package gap_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/gap"
	"go-crablet/receipt"
)

// unencodable has no form in JSON.
type unencodable struct{ Never func() }

func (unencodable) EventType() string { return "Unencodable" }
func (unencodable) Tags() dcb.Tags    { return nil }

func TestADecisionWhoseFactsCannotBeEncodedHasNothingToHold(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		_, stage := hall.begin(gap.Decision{Holder: "ada", Title: "Ada wants what nobody can store", Take: func(ctx context.Context) (gap.Result, error) {
			ctx, recorder := receipt.Record(ctx, take{}, "Ada wants what nobody can store")
			boundary := func(*struct{}) dcb.Boundary { return nil }
			err := dcb.Decide(gap.Follow(ctx, recorder), hall.log, boundary, func(struct{}) ([]dcb.Fact, error) {
				return dcb.Facts(unencodable{}), nil
			})
			return gap.Result{}, err
		}})
		require.True(t, stage.Over)
		assert.Zero(t, stage.Stop)
		assert.ErrorContains(t, stage.Err, "encode Unencodable")
	})
}

// What it read is not there any more when it goes on.
func TestADecisionThatIsHeldWhileTheLogLosesItsEndFails(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		hall.meanwhile(taken{"kofi"}, taken{"mei"})
		held, _ := hall.begin(hall.decision("ada", take{"ada", 9}))
		hall.log.loseEnd(1)
		hall.letGoOn(held, 1)
		record := hall.receipt(held)
		assert.Equal(t, receipt.Failed, record.Outcome())
		assert.Equal(t, &receipt.Failure{Kind: receipt.OtherHistory}, record.Last().Failure)
		assert.Equal(t, &receipt.Gap{Open: time.Second, End: receipt.GapContinued}, record.Last().Gap)
		require.ErrorIs(t, held.Stage().Err, dcb.ErrOtherHistory)
		assert.Equal(t, []string{"kofi"}, hall.log.guests(t))
	})
}

// loseEnd takes the events after a position away.
func (m *memory) loseEnd(after int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = m.events[:after]
}
