package story

import (
	"fmt"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// An AttemptView is one attempt of a decision.
type AttemptView struct {
	Number   int
	Outcome  ui.Outcome
	Reading  bool   // it failed while it read: there is nothing to draw, and it knew nothing
	Caption  string // what was read, and what got inside meanwhile
	Strip    Strip
	Appended []consequence // what was appended, if it is more than one event
	Boundary BoundaryView
	Knew     Knowledge
	Verdict  Verdict
	Stale    []StaleAnswer
	By       []Intruder
	Wait     string // what happened before the next attempt, or ""
	Test     Scenario
}

// ViewAttempt words the attempt at an index.
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

// betweenAttempts says what came between a lost attempt and the next.
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
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: Nothing(attempt)}
	default:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Appended at " + Positions(attempt.Wanted)}
	}
}

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

// gapSentence says how the gap before the append was held open, or is "".
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
		return " Then " + Positions(attempt.Conflict.Events) + " got inside the boundary."
	case len(attempt.Wanted) == 0:
		return ""
	case retry:
		return " Nothing else got inside."
	default:
		return " Nothing got inside before the append."
	}
}

// Positions names where events stand. A conflict keeps the first ten events only,
// so ten may be more.
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

// A Verdict is what came of an attempt, and why.
type Verdict struct {
	Strong, Text string
	Stale        string  // what a conflict made out of date, or ""
	Link         ui.Link // to what it is about, if that has a page
}

func verdictOf(names readmodel.Names, attempt receipt.Attempt) Verdict {
	switch {
	case attempt.Failure != nil:
		return failureVerdict(*attempt.Failure)
	case attempt.StartedOver != nil:
		return Verdict{Strong: "The log is not the one any more that was read.", Text: fmt.Sprintf("It lost its end, as after a restore or a failover: "+
			"the event that stood at %d does not stand there. So nothing that was known counts, and nothing was appended.", attempt.StartedOver.Known)}
	case attempt.Refusal != "":
		return Verdict{Strong: "Refused: " + attempt.Refusal + ".", Text: "A rule said no, and that is final: nothing was appended."}
	case attempt.Conflict != nil:
		return conflictVerdict(names, attempt)
	case carriedOutBefore(attempt):
		return Verdict{Strong: Nothing(attempt) + ".", Text: "The request had come before, and a request has its effect once. Nothing was appended."}
	case len(attempt.Wanted) == 0:
		return Verdict{Strong: Nothing(attempt) + ".", Text: "No rule said no, and there was nothing to append."}
	default:
		return Verdict{
			Strong: Done(attempt.Wanted[0]) + ".",
			Text:   fmt.Sprintf("%s, and nothing new was inside after %d.", reason(names, attempt), attempt.ReadTo),
		}
	}
}

// carriedOutBefore reports whether an attempt found its request answered.
func carriedOutBefore(attempt receipt.Attempt) bool {
	return Known(attempt.Knew, "request").Value == "carried out already"
}

// Nothing says in a word why there was nothing to append.
func Nothing(attempt receipt.Attempt) string {
	if carriedOutBefore(attempt) {
		return "Carried out before"
	}
	return "Nothing to do"
}

func conflictVerdict(names readmodel.Names, attempt receipt.Attempt) Verdict {
	v := Verdict{
		Strong: fmt.Sprintf("Decided to %s; the append was turned away.", Plan(names, attempt.Wanted[0])),
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
		v.Strong = fmt.Sprintf("Lost. Decided to %s; the append was turned away for the last time.", Plan(names, attempt.Wanted[0]))
	}
	return v
}

// reason says what spoke for appending: the numbers, where there are limits.
func reason(names readmodel.Names, attempt receipt.Attempt) string {
	wanted := attempt.Wanted[0]
	if numbers := (Voice{Names: names, Knew: attempt.Knew}).Words(wanted.Type, wanted.Data).Reason; numbers != "" {
		return numbers
	}
	if up := Promoted(attempt.Wanted); len(up) > 0 {
		return "No rule said no, " + ui.And(StudentNames(names, up)) + " moved up from the waitlist"
	}
	return "No rule said no"
}

// Promoted returns who was given a seat in consequence of the first event.
func Promoted(wanted []receipt.Event) []courses.StudentID {
	var students []courses.StudentID
	for _, e := range wanted[1:] {
		fact, _ := courses.Decode(e.Type, e.Data)
		if seat, ok := fact.(courses.StudentSubscribedToCourse); ok {
			students = append(students, seat.Student)
		}
	}
	return students
}

func StudentNames(names readmodel.Names, ids []courses.StudentID) []string {
	called := make([]string, len(ids))
	for i, id := range ids {
		called[i] = names.Student(id)
	}
	return called
}
