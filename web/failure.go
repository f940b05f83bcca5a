package web

import (
	"context"

	"go-crablet/receipt"
)

// A failedDecision is the error of a decision that failed, with the id of its receipt.
type failedDecision struct {
	error
	receiptID string
}

func (f failedDecision) Unwrap() error { return f.error }

// withReceipt says which receipt tells of an error. Without an id, none was kept.
func withReceipt(receiptID string, err error) error {
	if err == nil || receiptID == "" {
		return err
	}
	return failedDecision{err, receiptID}
}

// nameOutage makes it a receipt of an outage, if the decision failed by an error that
// means one.
func (s *server) nameOutage(ctx context.Context, record receipt.Receipt, err error) {
	failure := record.Last().Failure
	if failure == nil || failure.Kind != receipt.Broken && failure.Kind != receipt.TooLate {
		return
	}
	if s.isOutage(ctx, err) {
		failure.Kind = receipt.Unanswered
	}
}
