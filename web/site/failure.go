package site

// A failedDecision is the error of a decision that failed, with the id of its receipt.
type failedDecision struct {
	error
	receiptID string
}

func (f failedDecision) Unwrap() error { return f.error }

// WithReceipt says which receipt tells of an error. Without an id, none was kept.
func WithReceipt(receiptID string, err error) error {
	if err == nil || receiptID == "" {
		return err
	}
	return failedDecision{err, receiptID}
}
