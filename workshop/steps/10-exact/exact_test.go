package exact

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/workshop/proof"
)

var (
	algebra = courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
	logic   = courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 2}
	ask     = SubscribeStudent{Student: "ada", Course: "algebra"}
)

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

// A busy registrar renames Algebra right before each of the first three appends.
type busy struct {
	dcbtest.Memory
	t       *testing.T
	appends int
}

func (l *busy) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if l.appends++; l.appends <= 3 {
		proof.Happen(l.t, &l.Memory, courses.CourseRenamed{Course: "algebra", NewTitle: fmt.Sprint("Algebra ", l.appends)})
	}
	return l.Memory.AppendAfter(ctx, events, query, known)
}

func TestARenameTurnsNobodyAway(t *testing.T) {
	log := &busy{t: t}
	proof.Happen(t, &log.Memory, algebra)
	if err := ask.Decide(t.Context(), log); err != nil {
		t.Fatalf("Ada was told: %v", err)
	}
	if log.appends > 1 {
		t.Errorf("Algebra was renamed meanwhile, and Ada decided %d times. A title gives no seat away, so each of these conflicts was for nothing.", log.appends)
	}
}

// Both windows have decided before one of them appends.
func TestTwoWindowsDoNotTakeTheTenthCourseTwice(t *testing.T) {
	memory := &dcbtest.Memory{}
	proof.Happen(t, memory, algebra, logic)
	for i := range courses.MaxCourses - 1 {
		proof.Happen(t, memory, takes("ada", courses.CourseID(fmt.Sprint("elective-", i+1))))
	}
	log := proof.MeetingAt(memory, 2)
	var windows sync.WaitGroup
	for _, course := range []courses.CourseID{"algebra", "logic"} {
		windows.Go(func() { _ = SubscribeStudent{Student: "ada", Course: course}.Decide(t.Context(), log) })
	}
	windows.Wait()
	if taken := proof.Count(t, memory, courses.CoursesTaken("ada").Query()); taken != courses.MaxCourses {
		t.Errorf("Ada has 9 courses, and asks for two more at once, in two windows. Now she has %d, and %d are allowed.", taken, courses.MaxCourses)
	}
}

func TestASmallerCapacityIsAConflict(t *testing.T) {
	dcbtest.Given(t, algebra, takes("kofi", "algebra")).When(ask).
		ConflictsWith(courses.CourseCapacityChanged{Course: "algebra", NewCapacity: 1})
}

func TestASeatTakenMeanwhileIsAConflict(t *testing.T) {
	dcbtest.Given(t, algebra).When(ask).ConflictsWith(takes("kofi", "algebra"))
}

func TestARefusalNamesTheCourse(t *testing.T) {
	log := &dcbtest.Memory{}
	proof.Happen(t, log, algebra, takes("kofi", "algebra"), takes("mei", "algebra"))
	if err := ask.Decide(t.Context(), log); err == nil || !strings.HasPrefix(err.Error(), "Algebra: ") {
		t.Errorf("Algebra is full. The refusal should begin with its title, and is: %v", err)
	}
}
