package stage

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Record is what happened, as far as it was played. All that a page shows comes from it.
type Record struct {
	Setting Setting
	Rests   [2]dcb.Query // what can change the decision of each actor
	Given   int          // how many events were in the log before the first step
	Events  []dcb.Event  // all that are in the log now
	Moments []Moment     // what each step came to, in order
}

// Upto returns the record as it was after the first n steps.
func (r Record) Upto(n int) Record {
	r.Moments = r.Moments[:n]
	head := int64(r.Given)
	for _, m := range r.Moments {
		head = max(head, m.Position)
	}
	r.Events = r.Events[:head]
	return r
}

// A Moment is what one step came to.
type Moment struct {
	Step
	Kind    Kind
	Attempt int

	Query dcb.Query // what the log was asked: what to read, then what must not be new. The zero Query is no condition
	After int64     // the log was read up to here

	// HasRead: what the actor had not read before. IsTurnedAway: what was new inside the
	// condition. HasAppended: what can change the decision and came in between, unread.
	Events []dcb.Event

	Wish     []dcb.InputEvent // what is to be appended, since HasDecided
	Stale    []string         // IsTurnedAway: what the actor knew and is not true any more
	Refusal  courses.Refusal  // IsRefused: the rule that says no
	Position int64            // HasAppended: where the last event of the wish stands

	failure error
}

// A Kind is what a step came to.
type Kind string

// The kinds of moments.
const (
	HasRead      Kind = "read"
	HasDecided   Kind = "decided"
	IsRefused    Kind = "refused"
	HasChecked   Kind = "checked" // it found nothing new
	IsTurnedAway Kind = "turned away"
	HasAppended  Kind = "appended"
)

// False reports whether a conflict was a false one: nothing that the actor knew has changed.
func (m Moment) False() bool { return m.Kind == IsTurnedAway && len(m.Stale) == 0 }

// Of returns the moments of one actor.
func (r Record) Of(who Who) (moments []Moment) {
	for _, m := range r.Moments {
		if m.Who == who {
			moments = append(moments, m)
		}
	}
	return moments
}

// Last returns the last moment of an actor, and whether there is one.
func (r Record) Last(who Who) (Moment, bool) {
	moments := r.Of(who)
	if len(moments) == 0 {
		return Moment{}, false
	}
	return moments[len(moments)-1], true
}

// Next returns what an actor can do now, or 0 if its decision is over.
func (r Record) Next(who Who) Act {
	last, begun := r.Last(who)
	switch {
	case !begun || last.Kind == IsTurnedAway:
		return Read
	case last.Kind == HasRead:
		return Decide
	case last.Kind == HasDecided:
		return Send
	case last.Kind == HasChecked:
		return Insert
	}
	return 0
}

// Over reports whether both decisions are over.
func (r Record) Over() bool { return r.Next(A) == 0 && r.Next(B) == 0 }

// HasRead returns all events that an actor has read so far, in order.
func (r Record) HasRead(who Who) (events []dcb.Event) {
	for _, m := range r.Of(who) {
		if m.Kind == HasRead {
			events = append(events, m.Events...)
		}
	}
	return events
}

// Steps returns the steps that were played.
func (r Record) Steps() []Step {
	steps := make([]Step, len(r.Moments))
	for i, m := range r.Moments {
		steps[i] = m.Step
	}
	return steps
}

// A Count is who has a seat in a course, or which courses a student takes.
type Count struct {
	Limit int      // 0 if nothing is known
	Taken []string // ids of students, or of courses, in the order in which they came
}

// Over returns how many there are beyond the limit.
func (c Count) Over() int { return max(0, len(c.Taken)-c.Limit) }

// Seats counts the seats of a course in events.
func Seats(events []dcb.Event, course courses.CourseID) (c Count) {
	for _, e := range events {
		switch fact := decoded(e).(type) {
		case courses.CourseDefined:
			if fact.Course == course {
				c.Limit = fact.Capacity
			}
		case courses.StudentSubscribedToCourse:
			if fact.Course == course {
				c.Taken = append(c.Taken, string(fact.Student))
			}
		}
	}
	return c
}

// CoursesOf counts the courses of a student in events.
func CoursesOf(events []dcb.Event, student courses.StudentID) (c Count) {
	c.Limit = courses.MaxCourses
	for _, e := range events {
		if fact, ok := decoded(e).(courses.StudentSubscribedToCourse); ok && fact.Student == student {
			c.Taken = append(c.Taken, string(fact.Course))
		}
	}
	return c
}

// Oversold returns how many more seats were given away than there are, plus how many courses
// Ada takes beyond her limit.
func (r Record) Oversold() int {
	return Seats(r.Events, TypeTheory).Over() + Seats(r.Events, Logic).Over() + CoursesOf(r.Events, Ada).Over()
}

// decoded returns the fact of an event, or nil if the domain has no such fact.
func decoded(e dcb.Event) any {
	fact, err := courses.Decode(e.Type, e.Data)
	if err != nil {
		return nil
	}
	return fact
}

// missed returns the events between what an actor has read and what it appended that can
// change its decision.
func (r *Record) missed(m Moment) []dcb.Event {
	first := m.Position - int64(len(m.Wish)) + 1
	return slices.DeleteFunc(slices.Clone(r.Events), func(e dcb.Event) bool {
		return e.Position <= m.After || e.Position >= first || !r.Rests[m.Who].Matches(e)
	})
}
