package lab

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A ledger knows who has which seat as of one position of the log. It applies the events of a
// run in order, and counts what the rules forbid.
type ledger struct {
	capacity  map[courses.CourseID]int // 0 once the course is archived: nobody new gets in
	inCourse  map[courses.CourseID]int
	ofStudent map[courses.StudentID]int
	seats     map[courses.StudentSubscribedToCourse]int // how often a student has a seat in a course

	oversold  int // how many seats were given out when none was free
	overLimit map[courses.StudentID]bool
	most      int // the most courses that a student had at once
}

// newLedger returns the ledger of a run before anybody has a seat.
func newLedger(lineup Lineup) *ledger {
	l := &ledger{
		capacity: map[courses.CourseID]int{}, inCourse: map[courses.CourseID]int{}, ofStudent: map[courses.StudentID]int{},
		seats: map[courses.StudentSubscribedToCourse]int{}, overLimit: map[courses.StudentID]bool{},
	}
	for _, course := range lineup.Courses {
		l.capacity[course.ID] = course.Seats
	}
	return l
}

func (l *ledger) apply(e dcb.Event) {
	fact, err := courses.Decode(e.Type, e.Data)
	if err != nil {
		return // an event of somebody else
	}
	switch fact := fact.(type) {
	case courses.CourseCapacityChanged:
		l.capacity[fact.Course] = fact.NewCapacity
	case courses.CourseArchived:
		l.capacity[fact.Course] = 0
	case courses.StudentSubscribedToCourse:
		l.seat(fact)
	case courses.StudentUnsubscribedFromCourse:
		l.seats[courses.StudentSubscribedToCourse(fact)]--
		l.inCourse[fact.Course]--
		l.ofStudent[fact.Student]--
	}
}

func (l *ledger) seat(seat courses.StudentSubscribedToCourse) {
	l.seats[seat]++
	l.inCourse[seat.Course]++
	l.ofStudent[seat.Student]++
	// A student of the run may take a seat in a course that is not part of the run.
	if capacity, ofRun := l.capacity[seat.Course]; ofRun && l.inCourse[seat.Course] > capacity {
		l.oversold++
	}
	l.most = max(l.most, l.ofStudent[seat.Student])
	if l.ofStudent[seat.Student] > courses.MaxCourses {
		l.overLimit[seat.Student] = true
	}
}

// hasRoom reports whether the rules would give a contender the seat that it wants.
func (l *ledger) hasRoom(who Contender) bool {
	return l.seats[who.seat()] == 0 && l.inCourse[who.Course] < l.capacity[who.Course] && l.ofStudent[who.Student] < courses.MaxCourses
}

// seatEvents reads the events after a checkpoint that say how many seats the courses of the
// lineup have, and who has one. It also reads the seats of its students in all other courses,
// which count for their limit.
func (l Lineup) seatEvents(ctx context.Context, log dcb.Log, after dcb.Checkpoint) ([]dcb.Event, error) {
	seats := dcb.TypesOf(courses.StudentSubscribedToCourse{}, courses.StudentUnsubscribedFromCourse{})
	ofCourse := append(dcb.TypesOf(courses.CourseCapacityChanged{}, courses.CourseArchived{}), seats...)
	var query dcb.Query
	for _, course := range l.Courses {
		query = query.Or(dcb.NewQuery(dcb.Tags{course.ID.Tag()}, ofCourse...))
	}
	asked := map[courses.StudentID]bool{}
	for _, who := range l.Contenders {
		if !asked[who.Student] {
			asked[who.Student] = true
			query = query.Or(dcb.NewQuery(dcb.Tags{who.Student.Tag()}, seats...))
		}
	}
	events, _, err := log.ReadSince(ctx, query, after)
	return events, err
}
