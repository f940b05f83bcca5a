package story

import (
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// An AttemptLine is an attempt as a line of a table, for attempts that a receipt does not
// draw.
type AttemptLine struct {
	Number       int
	Read         int
	ReadTo       int64
	Conflict     string
	Stale, Waits string
	TestURL      string // the address of the attempt as a test, or ""
}

// FoldAttempt puts attempt i of a decision into a line.
func FoldAttempt(record receipt.Receipt, i int) AttemptLine {
	attempt := record.Attempts[i]
	line := AttemptLine{Number: i + 1, Read: attempt.Read, ReadTo: attempt.ReadTo}
	if record.Input != nil && ModelOf(record) == "" {
		line.TestURL = ScenarioURL(record, i)
	}
	if conflict := attempt.Conflict; conflict != nil {
		line.Conflict = Positions(conflict.Events)
		line.Stale = staleFields(*conflict)
		line.Waits = "on the spot"
		if conflict.Wait > 0 {
			line.Waits = ui.Duration(conflict.Wait)
		}
	}
	if over := attempt.StartedOver; over != nil {
		line.Conflict, line.Stale, line.Waits = "another log", "everything", ui.Duration(over.Wait)
	}
	return line
}
