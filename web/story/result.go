package story

import (
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// Done says in a word what a decision did, to whoever asked for it.
func Done(wanted []receipt.Event) string {
	if _, swapped := swapIn(wanted); swapped {
		return "Swapped"
	}
	return WordsOfType(wanted[0].Type).Done
}

// Plan says what a decision decided: to "seat Ada".
func Plan(names readmodel.Names, wanted []receipt.Event) string {
	if to, swapped := swapIn(wanted); swapped {
		voice := Voice{Names: names}
		return "give " + voice.student(to.Student) + " a seat in " + voice.course(to.Course) + " for another"
	}
	return Words(names, wanted[0].Type, wanted[0].Data).Plan
}

// Notice says what a decision did, after the word of [Done]. It is "" if there are no words for
// it.
func (v Voice) Notice(wanted []receipt.Event) string {
	if to, swapped := swapIn(wanted); swapped {
		fact, _ := courses.Decode(wanted[0].Type, wanted[0].Data)
		from := fact.(courses.StudentUnsubscribedFromCourse) // swapIn says so
		return v.Someone(to.Student, "you have", "has") + " a seat in " + v.course(to.Course) + ", and none in " + v.course(from.Course) + " any more."
	}
	if text := v.departure(wanted); text != "" {
		return text
	}
	others, _ := Promoted(wanted)
	v.served = len(others)
	return v.Words(wanted[0].Type, wanted[0].Data).Notice
}

// departure words a decision by which a student left several courses or waitlists. It is "" for
// any other decision.
func (v Voice) departure(wanted []receipt.Event) string {
	var seats, places []string
	var student courses.StudentID
	for _, e := range wanted {
		if isConsequence(e, wanted) {
			continue
		}
		switch fact, _ := courses.Decode(e.Type, e.Data); fact := fact.(type) {
		case courses.StudentUnsubscribedFromCourse:
			student, seats = fact.Student, append(seats, v.course(fact.Course))
		case courses.StudentLeftWaitlist:
			student, places = fact.Student, append(places, v.course(fact.Course))
		default:
			return ""
		}
	}
	noSeats := v.Someone(student, "you have", "has") + " no seat in " + ui.And(fewOf(seats)) + " any more"
	switch {
	case len(seats)+len(places) < 2:
		return ""
	case len(places) == 0:
		return noSeats + "."
	case len(seats) == 0:
		return v.Someone(student, "you wait", "waits") + " no longer for " + ui.And(fewOf(places)) + "."
	default:
		return noSeats + ", and " + v.Someone(student, "you wait", "waits") + " no longer for " + ui.And(fewOf(places)) + "."
	}
}

// swapIn returns the seat that a student got for one given back, and whether a decision is such
// a swap: then the second event is the seat, and not a consequence of the first.
func swapIn(wanted []receipt.Event) (to courses.StudentSubscribedToCourse, swapped bool) {
	if len(wanted) < 2 || isConsequence(wanted[1], wanted) {
		return to, false
	}
	first, _ := courses.Decode(wanted[0].Type, wanted[0].Data)
	second, _ := courses.Decode(wanted[1].Type, wanted[1].Data)
	_, left := first.(courses.StudentUnsubscribedFromCourse)
	to, seated := second.(courses.StudentSubscribedToCourse)
	return to, left && seated
}
