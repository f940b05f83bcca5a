package story

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// A Verdict is how an attempt ended, and why.
type Verdict struct {
	Strong, Text string
	Stale        string  // what a conflict made out of date, or ""
	Link         ui.Link // to the event that the decision failed by, if there is one
}

// VerdictOf says how a decision ended, and what got in its way before.
func VerdictOf(names readmodel.Names, record receipt.Receipt) Verdict {
	v := verdictOf(names, record.Last())
	if record.Outcome() == receipt.Lost {
		last := record.Last().Conflict.Events[0]
		v.Strong, v.Text = "Lost.", fmt.Sprintf("Every append was turned away. The last time it was by %d: %s.", last.Position, Words(names, last.Type, last.Data).Sentence)
		return v
	}
	if before := turnedAway(names, record.Attempts); before != "" {
		v.Text = before + " " + v.Text
	}
	return v
}

// turnedAway says why the attempts before the last one were not the last. It is "" if there are
// none.
func turnedAway(names readmodel.Names, attempts []receipt.Attempt) string {
	before := attempts[:len(attempts)-1]
	if len(before) == 0 {
		return ""
	}
	if len(before) > 1 {
		return fmt.Sprintf("%d attempts were turned away before.", len(before))
	}
	if before[0].Conflict == nil {
		return "The log lost its end after attempt 1, so the decision started over."
	}
	first := before[0].Conflict.Events[0]
	return fmt.Sprintf("%s at %d, %s, so attempt 1 was turned away.", Words(names, first.Type, first.Data).Sentence, first.Position, Meanwhile(before[0]))
}

func verdictOf(names readmodel.Names, attempt receipt.Attempt) Verdict {
	switch {
	case attempt.Failure != nil:
		return failureVerdict(*attempt.Failure)
	case attempt.StartedOver != nil:
		return Verdict{Strong: "The log is no longer the one that was read.", Text: fmt.Sprintf("It lost its end, as after a restore or a failover: "+
			"the event that stood at %d does not stand there. So nothing that was known counts, and nothing was appended.", attempt.StartedOver.Known)}
	case attempt.Refusal != "":
		return Verdict{Strong: "Refused: " + attempt.Refusal + ".", Text: "A rule said no, and that is final: nothing was appended."}
	case attempt.Conflict != nil:
		return conflictVerdict(names, attempt)
	case carriedOutBefore(attempt):
		return Verdict{Strong: WhyNothing(attempt) + ".", Text: "This request came before, and counts once. Nothing was appended."}
	case len(attempt.Wanted) == 0:
		return Verdict{Strong: WhyNothing(attempt) + ".", Text: "No rule said no, and there was nothing to append."}
	default:
		return Verdict{
			Strong: Done(attempt.Wanted) + ".",
			Text:   fmt.Sprintf("%s, and nothing new was inside after %d.", reason(names, attempt), attempt.ReadTo),
		}
	}
}

// carriedOutBefore reports whether the request had been carried out before the attempt.
func carriedOutBefore(attempt receipt.Attempt) bool {
	return Known(attempt.Knew, "request").Value == "carried out already"
}

// WhyNothing says in a few words why an attempt had nothing to append.
func WhyNothing(attempt receipt.Attempt) string {
	if carriedOutBefore(attempt) {
		return "Carried out before"
	}
	return "Nothing to do"
}

func conflictVerdict(names readmodel.Names, attempt receipt.Attempt) Verdict {
	v := Verdict{
		Strong: fmt.Sprintf("Decided to %s; the append was turned away.", Plan(names, attempt.Wanted)),
		Stale:  staleFields(*attempt.Conflict),
	}
	events := attempt.Conflict.Events
	first := fmt.Sprintf("%s at %d", Words(names, events[0].Type, events[0].Data).Sentence, events[0].Position)
	switch n := len(events); {
	case n == 1:
		v.Text = fmt.Sprintf("%s: inside the boundary, and after %d.", first, attempt.ReadTo)
	case n < MostConflicting:
		v.Text = fmt.Sprintf("%s, the first of %d events inside the boundary after %d.", first, n, attempt.ReadTo)
	default:
		v.Text = fmt.Sprintf("%s, the first of at least %d events inside the boundary after %d.", first, n, attempt.ReadTo)
	}
	if attempt.Conflict.GaveUp {
		v.Strong = fmt.Sprintf("Lost. Decided to %s; the append was turned away for the last time.", Plan(names, attempt.Wanted))
	}
	return v
}

// reason says why no rule refused, in numbers if the rules compare numbers.
func reason(names readmodel.Names, attempt receipt.Attempt) string {
	wanted := attempt.Wanted[0]
	if numbers := (Voice{Names: names, Knew: attempt.Knew}).Words(wanted.Type, wanted.Data).Reason; numbers != "" {
		return numbers
	}
	others, own := Promoted(attempt.Wanted)
	if up := StudentsOf(append(own, others...)); len(up) > 0 {
		return "No rule said no, " + Several(StudentNames(names, up)) + " moved up from the waitlist"
	}
	return "No rule said no"
}
