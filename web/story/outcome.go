package story

import (
	"fmt"
	"strconv"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// OutcomeOf words how a decision ended. It was refused by a rule, or lost to a conflict in
// its last attempt, or it failed without an answer, or it was carried out.
func OutcomeOf(record receipt.Receipt) ui.Outcome {
	attempts := len(record.Attempts)
	switch record.Outcome() {
	case receipt.Failed:
		return ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed: " + failureWords(*record.Last().Failure)}
	case receipt.Refused:
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Refused: " + record.Last().Refusal}
	case receipt.Lost:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: fmt.Sprintf("Lost after %d %s", attempts, ui.Plural(attempts, "attempt", "attempts"))}
	case receipt.Nothing:
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: WhyNothing(record.Last())}
	default:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: fmt.Sprintf("%s at attempt %d", Done(record.Last().Wanted), attempts)}
	}
}

// AttemptsOf counts the attempts, and the conflicts among them: "2, one conflict".
func AttemptsOf(record receipt.Receipt) string {
	attempts := strconv.Itoa(len(record.Attempts))
	switch conflicts := record.Conflicts(); {
	case conflicts == 0:
		return attempts
	case conflicts == 1:
		return attempts + ", one conflict"
	case conflicts == len(record.Attempts):
		return attempts + ", all conflicts"
	default:
		return fmt.Sprintf("%s, %d conflicts", attempts, conflicts)
	}
}

// AppendedAt words where the decision's events stand in the log, or "".
func AppendedAt(record receipt.Receipt) string {
	if record.Outcome() != receipt.Appended {
		return ""
	}
	wanted := record.Last().Wanted
	first, last := wanted[0].Position, wanted[len(wanted)-1].Position
	if first == last {
		return strconv.FormatInt(last, 10)
	}
	return fmt.Sprintf("%d to %d", first, last)
}

// DecidedAt returns the position of the last event that a decision stored, or otherwise of
// the last event that it knew of. A page shows the outcome once it has come that far.
func DecidedAt(record receipt.Receipt) int64 {
	last := record.Last()
	if n := len(last.Wanted); n > 0 {
		return max(last.ReadTo, last.Wanted[n-1].Position)
	}
	return last.ReadTo
}

// MayBeStored reports whether the log may have events of a decision. Such an event leads to
// the receipt.
func MayBeStored(record receipt.Receipt) bool {
	failure := record.Last().Failure
	return record.Outcome() == receipt.Appended || failure != nil && failure.Kind == receipt.Unknown
}
