package story

import (
	"fmt"
	"strconv"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// caption says what an attempt read, and what got inside its boundary after that.
func caption(attempt receipt.Attempt, retry bool) string {
	switch {
	case attempt.Failure != nil:
		return failureCaption(attempt, retry)
	case attempt.StartedOver != nil && attempt.StartedOver.Reading:
		return "It wanted to read on, and found another log."
	case attempt.StartedOver != nil:
		return ReadSentence(attempt, retry) + gapSentence(attempt.Hold) + " The append found another log."
	}
	return ReadSentence(attempt, retry) + gapSentence(attempt.Hold) + meanwhileSentence(attempt, retry)
}

// gapSentence says how long an attempt was held before its append, and how that ended. It is
// "" if the attempt was not held.
func gapSentence(gap *receipt.Hold) string {
	if gap == nil {
		return ""
	}
	switch open := ui.Duration(gap.Took); gap.End {
	case receipt.HoldThought:
		return fmt.Sprintf(" It decided, and thought for %s before the append.", open)
	case receipt.HoldTimedOut:
		return fmt.Sprintf(" It decided, and was held before the append for %s; nobody let it go on, so it went on by itself.", open)
	default:
		return fmt.Sprintf(" It decided, and was held before the append for %s, until it was let go on.", open)
	}
}

// ReadSentence says how much an attempt read, and up to which position. A retry reads on
// where the attempt before it ended.
func ReadSentence(attempt receipt.Attempt, retry bool) string {
	reads := ""
	if len(waitersOf(attempt)) > 0 {
		reads = ", in two reads"
	}
	switch {
	case attempt.ReadTo == 0:
		return "The log was empty."
	case attempt.Read == 0 && !retry:
		return fmt.Sprintf("Read up to %d, and found no event inside the boundary.", attempt.ReadTo)
	case attempt.Read == 0:
		return fmt.Sprintf("Read on up to %d, and found nothing new inside the boundary.", attempt.ReadTo)
	case retry:
		return fmt.Sprintf("Read %d new %s, up to %d%s.", attempt.Read, ui.Plural(attempt.Read, "event", "events"), attempt.ReadTo, reads)
	default:
		return fmt.Sprintf("Read %d %s up to %d%s.", attempt.Read, ui.Plural(attempt.Read, "event", "events"), attempt.ReadTo, reads)
	}
}

func meanwhileSentence(attempt receipt.Attempt, retry bool) string {
	switch {
	case attempt.Conflict != nil:
		return " " + ui.Sentence(Meanwhile(attempt)+", "+Positions(attempt.Conflict.Events)+" got inside the boundary")
	case len(attempt.Wanted) == 0:
		return ""
	case retry:
		return " Nothing else got inside."
	default:
		return " Nothing got inside before the append."
	}
}

// Meanwhile says when events got inside the boundary of an attempt: "before the append", or
// "while it was held" if the attempt was held.
func Meanwhile(attempt receipt.Attempt) string {
	switch {
	case attempt.Hold == nil:
		return "before the append"
	case attempt.Hold.End == receipt.HoldThought:
		return "while it thought"
	default:
		return "while it was held"
	}
}

// Positions names the positions of events: the first, and how many more. A receipt keeps only
// the first [MostConflicting] events of a conflict, so that many may stand for more.
func Positions(events []receipt.Event) string {
	first := make([]string, 0, len(events))
	for _, e := range events {
		first = append(first, strconv.FormatInt(e.Position, 10))
	}
	switch n := len(events); {
	case n <= 3:
		return ui.And(first)
	case n < MostConflicting:
		return fmt.Sprintf("%s and %d more", first[0], n-1)
	default:
		return fmt.Sprintf("%s and at least %d more", first[0], n-1)
	}
}

// MostConflicting is how many events a receipt keeps of a conflict.
const MostConflicting = 10
