package decisions

import (
	"context"

	"go-crablet/receipt"
)

// nameOutage makes it a receipt of an outage, if the decision failed by an error that
// means one.
func (p *Pages) nameOutage(ctx context.Context, record receipt.Receipt, err error) {
	failure := record.Last().Failure
	if failure == nil || failure.Kind != receipt.Broken && failure.Kind != receipt.TooLate {
		return
	}
	if p.DatabaseIsAway(ctx, err) {
		failure.Kind = receipt.Unanswered
	}
}
