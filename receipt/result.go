package receipt

// A Result says where to read about a command that was carried out.
type Result struct {
	ReceiptID string // or "" when there is none

	// RepeatOf is the position of the first event that an earlier arrival of the same request
	// stored, or 0 if the request is new. The receipt of a repeated request is that of the
	// earlier decision, or "" if it was not kept.
	RepeatOf int64
}
