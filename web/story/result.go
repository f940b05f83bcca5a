package story

import (
	"cmp"

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

// Happened tells a decision as the middle of a sentence, so that a time can follow.
func (v Voice) Happened(wanted []receipt.Event) string {
	if to, swapped := swapIn(wanted); swapped {
		return v.student(to.Student) + " swapped a seat in " + v.course(givenBack(wanted)) + " for one in " + v.course(to.Course)
	}
	student, seats, places := v.departure(wanted)
	lines := ui.Plural(len(places), "the waitlist of ", "the waitlists of ") + ui.And(fewOf(places))
	switch {
	case len(seats)+len(places) < 2:
		words := v.Words(wanted[0].Type, wanted[0].Data)
		return cmp.Or(words.Inner, words.Sentence)
	case len(places) == 0:
		return v.student(student) + " left " + ui.And(fewOf(seats))
	case len(seats) == 0:
		return v.student(student) + " left " + lines
	default:
		return v.student(student) + " left " + ui.And(fewOf(seats)) + ", and " + lines
	}
}

// Notice says what a decision did, after the word of [Done]. It is "" if there are no words for
// it.
func (v Voice) Notice(wanted []receipt.Event) string {
	if to, swapped := swapIn(wanted); swapped {
		return v.Someone(to.Student, "you have", "has") + " a seat in " + v.course(to.Course) + ", and none in " + v.course(givenBack(wanted)) + " any more."
	}
	if text := v.noticeOfDeparture(wanted); text != "" {
		return text
	}
	others, _ := Promoted(wanted)
	v.served = len(others)
	return v.Words(wanted[0].Type, wanted[0].Data).Notice
}

// noticeOfDeparture words a decision by which a student left several courses or waitlists. It is
// "" for any other decision.
func (v Voice) noticeOfDeparture(wanted []receipt.Event) string {
	student, seats, places := v.departure(wanted)
	noSeats := v.Someone(student, "you have", "has") + " no seat in " + ui.And(fewOf(seats)) + " any more"
	waitsNot := v.Someone(student, "you wait", "waits") + " no longer for " + ui.And(fewOf(places)) + "."
	switch {
	case len(seats)+len(places) < 2:
		return ""
	case len(places) == 0:
		return noSeats + "."
	case len(seats) == 0:
		return waitsNot
	default:
		return noSeats + ", and " + waitsNot
	}
}

// departure returns who left courses by a decision, and the titles of the courses in which the
// student had seats, or places on waitlists. There are none if the decision did anything else.
func (v Voice) departure(wanted []receipt.Event) (student courses.StudentID, seats, places []string) {
	for _, e := range Asked(wanted) {
		switch fact, _ := courses.Decode(e.Type, e.Data); fact := fact.(type) {
		case courses.StudentUnsubscribedFromCourse:
			student, seats = fact.Student, append(seats, v.course(fact.Course))
		case courses.StudentLeftWaitlist:
			student, places = fact.Student, append(places, v.course(fact.Course))
		default:
			return "", nil, nil
		}
	}
	return student, seats, places
}

// givenBack returns the course whose seat a swap gave back.
func givenBack(swap []receipt.Event) courses.CourseID {
	fact, _ := courses.Decode(swap[0].Type, swap[0].Data)
	return fact.(courses.StudentUnsubscribedFromCourse).Course // swapIn says so
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
