package story

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// An AttemptView is one attempt of a decision.
type AttemptView struct {
	Number   int
	Outcome  ui.Outcome
	Reading  bool   // it ended while it read, so there is no strip and no knowledge
	Caption  string // what was read, and what got inside meanwhile
	Strip    Strip
	Appended []Consequence // what was appended, if it is more than one event
	Boundary BoundaryView
	Knew     Knowledge
	Verdict  Verdict
	Stale    []StaleAnswer
	By       []Intruder
	Wait     string // what happened before the next attempt, or ""
	Test     Scenario
}

// ViewAttempt puts attempt i of a decision into words, except By and Test: these need the
// log.
func ViewAttempt(names readmodel.Names, record receipt.Receipt, i int) AttemptView {
	attempt, building := record.Attempts[i], receipt.SinceStart(record.Attempts[:i+1])
	view := AttemptView{
		Number:   i + 1,
		Outcome:  attemptOutcome(attempt),
		Caption:  caption(attempt, len(building) > 1),
		Strip:    StripOf(names, building),
		Appended: consequencesOf(names, attempt),
		Boundary: BoundaryOf(names, record, i),
		Knew:     KnowledgeOf(building),
		Verdict:  verdictOf(names, attempt),
		Stale:    StaleOf(record.Attempts, i),
	}
	view.Reading = attempt.Failure != nil && attempt.Failure.Reading
	if conflict := attempt.Conflict; conflict != nil && !conflict.GaveUp {
		view.Wait = betweenAttempts(*conflict, attempt.ReadTo)
	}
	if over := attempt.StartedOver; over != nil {
		view.Reading = over.Reading
		view.Wait = fmt.Sprintf("waited %s, then started over, and read from the start of the log", ui.Duration(over.Wait))
	}
	return view
}

// betweenAttempts says what happened between a lost attempt and the next one.
func betweenAttempts(conflict receipt.Conflict, readTo int64) string {
	if conflict.Wait == 0 {
		return "decided again on the spot, while the log was locked"
	}
	return fmt.Sprintf("waited %s, then read on after %d", ui.Duration(conflict.Wait), readTo)
}

func attemptOutcome(attempt receipt.Attempt) ui.Outcome {
	switch {
	case attempt.Failure != nil:
		return ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed"}
	case attempt.StartedOver != nil:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Another log"}
	case attempt.Refusal != "":
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Refused"}
	case attempt.Conflict != nil:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Conflict with " + Positions(attempt.Conflict.Events)}
	case len(attempt.Wanted) == 0:
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: WhyNothing(attempt)}
	default:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Appended at " + Positions(attempt.Wanted)}
	}
}
