package waitlist

import (
	"context"
	"fmt"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/workshop/proof"
)

var giveBack = GiveSeatBack{Student: "ada", Course: "algebra"}

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student courses.StudentID) dcb.Fact {
	return courses.StudentUnsubscribedFromCourse{Student: student, Course: "algebra"}
}

func joins(student courses.StudentID) dcb.Fact {
	return courses.StudentJoinedWaitlist{Student: student, Course: "algebra"}
}

func waitsNoLonger(student courses.StudentID) dcb.Fact {
	return courses.StudentLeftWaitlist{Student: student, Course: "algebra"}
}

// line returns the facts that Ada has the one seat of Algebra, and that Noor and Mei wait for it.
func line(more ...dcb.Fact) []dcb.Fact {
	return append(dcb.Facts(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		takes("ada", "algebra"), joins("noor"), joins("mei")), more...)
}

func tenCoursesOf(student courses.StudentID) (facts []dcb.Fact) {
	for i := range courses.MaxCourses {
		facts = append(facts, takes(student, courses.CourseID(fmt.Sprint("elective-", i+1))))
	}
	return facts
}

func TestTheFirstInLineGetsTheSeat(t *testing.T) {
	dcbtest.Given(t, line()...).When(giveBack).Then(leaves("ada"), takes("noor", "algebra"), waitsNoLonger("noor"))
}

func TestWhoeverTakesTenCoursesIsPassedOver(t *testing.T) {
	dcbtest.Given(t, line(tenCoursesOf("noor")...)...).When(giveBack).
		Then(leaves("ada"), takes("mei", "algebra"), waitsNoLonger("mei"))
}

func TestTheSeatStaysFreeIfNobodyHasRoom(t *testing.T) {
	dcbtest.Given(t, line(append(tenCoursesOf("noor"), tenCoursesOf("mei")...)...)...).When(giveBack).Then(leaves("ada"))
}

func TestACourseThatSomebodyInLineTakesMeanwhileIsAConflict(t *testing.T) {
	dcbtest.Given(t, line()...).When(giveBack).ConflictsWith(takes("noor", "logic"), takes("mei", "logic"))
}

func TestStrangersAreIgnoredMeanwhile(t *testing.T) {
	dcbtest.Given(t, line()...).When(giveBack).IgnoresMeanwhile(takes("kofi", "logic"))
}

// A growing line gets one more student right before the first append.
type growing struct {
	dcbtest.Memory
	t     *testing.T
	grown bool
}

func (l *growing) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if !l.grown {
		l.grown = true
		proof.Happen(l.t, &l.Memory, joins("kofi"))
	}
	return l.Memory.AppendAfter(ctx, events, query, known)
}

func TestTheLineMayGrowMeanwhile(t *testing.T) {
	log := &growing{t: t}
	proof.Happen(t, &log.Memory, line()...)
	if err := giveBack.Decide(t.Context(), log); err != nil {
		t.Fatalf("Kofi joined the line while Ada gave her seat back. Ada was told: %v", err)
	}
	seats := dcb.NewQuery(dcb.Tags{courses.StudentID("noor").Tag()}, "StudentSubscribedToCourse")
	if count := proof.Count(t, &log.Memory, seats); count != 1 {
		t.Errorf("Kofi joined the line behind Noor and Mei. Noor is the first, and has %d seats.", count)
	}
}
