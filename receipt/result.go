package receipt

// A Result is what became of a command that was carried out, for whoever tells of it.
type Result struct {
	ReceiptID string // or "" when there is none

	// RepeatOf is the position of the first event that the same request brought about
	// before, or 0. If there is one, the receipt is that of then, as far as it was kept.
	RepeatOf int64
}
