package page

import (
	"errors"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/workshop/proof"
)

var algebra = courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1}

func takes(student courses.StudentID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: "algebra"}
}

// asks lets Ada ask for a seat in Algebra. The page says how many are free, and these facts happened.
func asks(t *testing.T, free int, facts ...dcb.Fact) error {
	t.Helper()
	log := &dcbtest.Memory{}
	proof.Happen(t, log, facts...)
	return SubscribeStudent{Student: "ada", Course: "algebra", Page: Page{"algebra": free}}.Decide(t.Context(), log)
}

func TestAFreeSeatIsGivenAway(t *testing.T) {
	if err := asks(t, 1, algebra); err != nil {
		t.Errorf("Algebra has a free seat, and the page says so, too. Ada was told: %v", err)
	}
}

func TestAFullCourseIsRefused(t *testing.T) {
	if err := asks(t, 0, algebra, takes("kofi")); !errors.Is(err, courses.ErrCourseFull) {
		t.Errorf("Algebra is full, and the page says so, too. Ada was told: %v", err)
	}
}

func TestASeatThatThePageStillShowsIsRefused(t *testing.T) {
	if err := asks(t, 1, algebra, takes("kofi")); !errors.Is(err, courses.ErrCourseFull) {
		t.Error("Kofi took the last seat a moment ago, and the page does not know it yet. Ada got a seat, too: two students have one seat.")
	}
}

func TestASeatThatThePageDoesNotShowYetIsGivenAway(t *testing.T) {
	leaves := courses.StudentUnsubscribedFromCourse{Student: "kofi", Course: "algebra"}
	if err := asks(t, 0, algebra, takes("kofi"), leaves); err != nil {
		t.Errorf("Kofi gave his seat back a moment ago, and the page does not know it yet. Ada was told: %v", err)
	}
}

func TestASeatTakenMeanwhileIsAConflict(t *testing.T) {
	ask := SubscribeStudent{Student: "ada", Course: "algebra", Page: Page{"algebra": 1}}
	dcbtest.Given(t, algebra).When(ask).ConflictsWith(takes("kofi"))
}
