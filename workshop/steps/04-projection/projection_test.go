package projection

import (
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
)

var (
	defined   = courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
	adaTakes  = courses.StudentSubscribedToCourse{Student: "ada", Course: "algebra"}
	adaLeaves = courses.StudentUnsubscribedFromCourse{Student: "ada", Course: "algebra"}
	grows     = courses.CourseCapacityChanged{Course: "algebra", NewCapacity: 5}
)

func seatsAfter(t *testing.T, facts ...dcb.Fact) Seats {
	t.Helper()
	return dcbtest.Project(t, SeatsOf("algebra"), facts...)
}

func TestASeatThatIsTakenCounts(t *testing.T) {
	if seats := seatsAfter(t, defined, adaTakes); seats != (Seats{Offered: 2, Taken: 1}) {
		t.Errorf("Algebra has 2 seats, and Ada took one. You count %d of %d.", seats.Taken, seats.Offered)
	}
}

func TestASeatThatIsGivenBackIsFreeAgain(t *testing.T) {
	if seats := seatsAfter(t, defined, adaTakes, adaLeaves); seats.Taken != 0 {
		t.Errorf("Ada took a seat and gave it back. You count %d taken seats.", seats.Taken)
	}
}

func TestTheNewCapacityHolds(t *testing.T) {
	if seats := seatsAfter(t, defined, grows); seats.Offered != 5 {
		t.Errorf("Algebra had 2 seats, and has 5 from now on. You count %d.", seats.Offered)
	}
}

func TestWhoeverHasASeatKeepsItWhenTheCapacityChanges(t *testing.T) {
	if seats := seatsAfter(t, defined, adaTakes, grows); seats.Taken != 1 {
		t.Errorf("Ada has a seat, and the capacity changed. You count %d taken seats.", seats.Taken)
	}
}

func TestOtherCoursesDoNotCount(t *testing.T) {
	logic := courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 30}
	if seats := seatsAfter(t, defined, logic); seats.Offered != 2 {
		t.Errorf("Logic has 30 seats. You count %d for Algebra, which has 2.", seats.Offered)
	}
}
