package story

import (
	"fmt"

	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// failureWords says why a decision failed. The text of the error itself is for operators.
func failureWords(failure receipt.Failure) string {
	switch failure.Kind {
	case receipt.Unreadable:
		return fmt.Sprintf("the event %s at position %d can't be read", failure.Type, failure.Position)
	case receipt.Unknown:
		return "it is unknown whether the facts are stored"
	case receipt.OtherHistory:
		return "the log lost its end"
	case receipt.Closed:
		return "the program was stopping"
	case receipt.TooLate:
		return "it took too long"
	case receipt.Unanswered:
		return "the database did not answer"
	case receipt.Full:
		return "the database was full"
	default:
		return "something broke"
	}
}

// failureVerdict says what a failure means, and what the visitor can do.
func failureVerdict(failure receipt.Failure) Verdict {
	v := Verdict{Strong: "Failed: " + failureWords(failure) + "."}
	const nothing = "No rule refused this, and nothing was appended. "
	switch failure.Kind {
	case receipt.Unreadable:
		v.Text = nothing + "Every decision that looks at this event fails, until the program can read it."
		v.Link = ui.Link{URL: EventURL(failure.Position), Words: fmt.Sprintf("Look at the event at %d", failure.Position)}
	case receipt.Unknown:
		v.Text = "The connection to the database was lost at a moment that leaves it open. " +
			"Send the same form again to find out: if the facts are stored, they are not stored twice."
	case receipt.OtherHistory:
		v.Text = nothing + "The log ends before a position that this decision had read already, as after a restore of a backup. Ask again: it is decided from the log as it is now."
	case receipt.Closed:
		v.Text = nothing + "Ask again when the program is back."
	case receipt.TooLate, receipt.Unanswered:
		v.Text = nothing + "Ask again in a moment."
	case receipt.Full:
		v.Text = nothing + "Ask again later, when the database has space."
	default:
		v.Text = nothing + "The program's own log tells more, under the correlation ID above."
	}
	return v
}

// failureCaption says how far an attempt that failed had come.
func failureCaption(attempt receipt.Attempt, retry bool) string {
	if attempt.Failure.Reading {
		return "It failed before it had read enough to decide."
	}
	if attempt.Hold != nil {
		return ReadSentence(attempt, retry) + gapSentence(attempt.Hold) + " Then it failed."
	}
	return ReadSentence(attempt, retry) + " It decided, and then it failed."
}
