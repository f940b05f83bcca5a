package story

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// A Consequence is one of several events that were appended together.
type Consequence struct {
	Position int64
	Words    EventWords
	Depth    int    // how many causes it has among them: 0 for the event that was asked for
	Because  string // names its cause: "because of 21", or ""
}

// consequencesOf lists the events that an attempt appended, or none if it appended one.
func consequencesOf(names readmodel.Names, attempt receipt.Attempt) []Consequence {
	if attempt.Conflict != nil || len(attempt.Wanted) < 2 {
		return nil
	}
	list := make([]Consequence, len(attempt.Wanted))
	for i, e := range attempt.Wanted {
		list[i] = Consequence{Position: e.Position, Words: Words(names, e.Type, e.Data)}
		cause := slices.IndexFunc(attempt.Wanted[:i], func(earlier receipt.Event) bool { return earlier.ID == e.CausationID })
		if cause >= 0 && e.CausationID != "" {
			list[i].Depth = list[cause].Depth + 1
			list[i].Because = fmt.Sprintf("because of %d", attempt.Wanted[cause].Position)
		}
	}
	return list
}

// mostNamed is how many students one sentence names.
const mostNamed = 10

// Several joins names: "Ada, Kofi and Mei". It names ten of them and says how many more there
// are.
func Several(names []string) string {
	if more := len(names) - mostNamed; more > 0 {
		names = append(slices.Clone(names[:mostNamed]), strconv.Itoa(more)+" more")
	}
	return ui.And(names)
}

// Promoted returns the seats that a decision gave to those who waited. own are the seats of the
// student who gave one back, and others those of everybody else.
func Promoted(wanted []receipt.Event) (others, own []courses.StudentSubscribedToCourse) {
	first, _ := courses.Decode(wanted[0].Type, wanted[0].Data)
	left, _ := first.(courses.StudentUnsubscribedFromCourse)
	for _, e := range consequencesIn(wanted) {
		fact, _ := courses.Decode(e.Type, e.Data)
		seat, ok := fact.(courses.StudentSubscribedToCourse)
		switch {
		case !ok:
		case seat.Student == left.Student:
			own = append(own, seat)
		default:
			others = append(others, seat)
		}
	}
	return others, own
}

// StudentsOf returns the students who got seats, each once: whoever waited for several courses may
// get several seats.
func StudentsOf(seats []courses.StudentSubscribedToCourse) (students []courses.StudentID) {
	for _, seat := range seats {
		if !slices.Contains(students, seat.Student) {
			students = append(students, seat.Student)
		}
	}
	return students
}

// consequencesIn returns those events of a decision that have a cause among the others.
func consequencesIn(wanted []receipt.Event) []receipt.Event {
	return slices.DeleteFunc(slices.Clone(wanted), func(e receipt.Event) bool { return !isConsequence(e, wanted) })
}

// Asked returns those events of a decision that somebody asked for: all but the consequences.
func Asked(wanted []receipt.Event) []receipt.Event {
	return slices.DeleteFunc(slices.Clone(wanted), func(e receipt.Event) bool { return isConsequence(e, wanted) })
}

func isConsequence(e receipt.Event, wanted []receipt.Event) bool {
	return e.CausationID != "" && slices.ContainsFunc(wanted, func(cause receipt.Event) bool { return cause.ID == e.CausationID })
}
