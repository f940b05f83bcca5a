package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

func TestACommandSaysWhatItReads(t *testing.T) {
	t.Parallel()
	for _, cmd := range []interface {
		dcb.Command
		Boundary() dcb.Boundary
	}{
		DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 1},
		RenameCourse{Course: "algebra", NewTitle: "Groups"},
		ChangeCapacity{Course: "algebra", NewCapacity: 2},
		ArchiveCourse{Course: "algebra"},
		RegisterStudent{Student: "ada", Name: "Ada"},
		RenameStudent{Student: "ada", NewName: "Ada L."},
		ForgetStudent{Student: "ada"},
		SubscribeStudent{Student: "ada", Course: "algebra"},
		UnsubscribeStudent{Student: "ada", Course: "algebra"},
		JoinWaitlist{Student: "ada", Course: "algebra"},
		LeaveWaitlist{Student: "ada", Course: "algebra"},
	} {
		var read, condition dcb.Query
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Read: func(step dcb.TraceRead) { read, condition = step.Query, step.Condition }})
		_ = cmd.Decide(ctx, new(dcbtest.Memory)) // some are refused
		require.NotEmpty(t, read.Items(), "%T", cmd)
		require.Equal(t, read.Items(), cmd.Boundary().Query().Items(), "%T", cmd)
		require.Equal(t, condition.Items(), cmd.Boundary().Condition().Items(), "%T", cmd)
	}
}

// The tests below say which events make a decision conflict, and which it ignores: a
// boundary that is too small breaks a rule, and one that is too large makes unrelated
// decisions conflict.

func TestSubscribingLooksAtTheSeatsOfTheCourseAndTheCoursesOfTheStudent(t *testing.T) {
	dcbtest.Given(t, algebra, ada).When(adaSubscribes).
		ConflictsWith(
			takes("kofi", "algebra"), leaves("kofi", "algebra"),
			takes("ada", "logic"), leaves("ada", "logic"),
			shrunk,
			waits("ada", "algebra"), waitsNoLonger("ada", "algebra"),
			algebra, ada, over,
		).
		IgnoresMeanwhile(
			takes("kofi", "logic"), leaves("kofi", "logic"),
			CourseCapacityChanged{Course: "logic", NewCapacity: 1},
			waits("kofi", "algebra"), waits("ada", "logic"),
			logic, kofi, CourseRenamed{Course: "algebra", NewTitle: "Groups"}, CourseArchived{Course: "logic"},
		)
}

func TestUnsubscribingLooksAtSeats(t *testing.T) {
	t.Run("at one seat while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra")).When(adaLeaves).
			ConflictsWith(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("ada", "logic"), waits("kofi", "logic"), shrunk, over)
	})
	t.Run("at all seats, and at the courses of all who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra"), waits("noor", "algebra"), waits("mei", "algebra")).When(adaLeaves).
			ConflictsWith(takes("kofi", "algebra"), leaves("kofi", "algebra"), shrunk,
				takes("noor", "logic"), leaves("noor", "logic"), takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("kofi", "logic"), takes("ada", "logic"), waits("noor", "logic"))
	})
}

func TestChangingTheCapacityLooksAtSeats(t *testing.T) {
	shrinking, growing := ChangeCapacity{Course: "algebra", NewCapacity: 1}, ChangeCapacity{Course: "algebra", NewCapacity: 9}
	t.Run("not while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(growing).
			ConflictsWith(shrunk, over, waits("kofi", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"))
	})
	t.Run("not when it takes seats away", func(t *testing.T) {
		dcbtest.Given(t, algebra, waits("noor", "algebra")).When(shrinking).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("noor", "logic"))
	})
	t.Run("when it adds seats, and at the courses of all who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, waits("noor", "algebra"), waits("mei", "algebra")).When(growing).
			ConflictsWith(takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("noor", "logic"), leaves("noor", "logic"), takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("kofi", "logic"), waits("noor", "logic"))
	})
}

func TestWaitingLooksAtTheWaitlist(t *testing.T) {
	t.Run("waiting looks at the course, its waitlist and its seats", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada).When(adaWaits).
			ConflictsWith(algebra, ada, over, shrunk, takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("ada", "algebra"), leaves("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra")).
			IgnoresMeanwhile(takes("ada", "logic"), leaves("ada", "logic"), waits("ada", "logic"), kofi)
	})
	t.Run("leaving looks at one place on the waitlist", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, waits("ada", "algebra")).When(LeaveWaitlist{Student: "ada", Course: "algebra"}).
			ConflictsWith(waits("ada", "algebra"), waitsNoLonger("ada", "algebra"), algebra, ada).
			IgnoresMeanwhile(waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra"), takes("kofi", "algebra"), over)
	})
}

func TestCommandsOfOneCourseLookAtIt(t *testing.T) {
	t.Run("defining a course looks at its id only", func(t *testing.T) {
		dcbtest.Given(t).When(DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2}).
			ConflictsWith(algebra).IgnoresMeanwhile(logic, takes("ada", "algebra"), shrunk)
	})
	t.Run("renaming a course looks at its title", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(RenameCourse{Course: "algebra", NewTitle: "Groups"}).
			ConflictsWith(algebra, over, CourseRenamed{Course: "algebra", NewTitle: "Rings"}).
			IgnoresMeanwhile(logic, shrunk, takes("ada", "algebra"), CourseRenamed{Course: "logic", NewTitle: "Rings"})
	})
	t.Run("archiving looks at the course and its waitlist", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(ArchiveCourse{Course: "algebra"}).
			ConflictsWith(algebra, over, waits("ada", "algebra"), waitsNoLonger("ada", "algebra")).
			IgnoresMeanwhile(shrunk, takes("ada", "algebra"), leaves("ada", "algebra"), waits("ada", "logic"), CourseArchived{Course: "logic"})
	})
}

func TestCommandsOfOneStudentLookAtTheStudent(t *testing.T) {
	t.Run("registering a student looks at the id only", func(t *testing.T) {
		dcbtest.Given(t).When(RegisterStudent{Student: "ada", Name: "Ada"}).
			ConflictsWith(ada).IgnoresMeanwhile(noor, takes("ada", "algebra"))
	})
	t.Run("renaming a student looks at the name", func(t *testing.T) {
		dcbtest.Given(t, ada).When(RenameStudent{Student: "ada", NewName: "Ada L."}).
			ConflictsWith(ada, StudentRenamed{Student: "ada", NewName: "Lady Ada"}).
			IgnoresMeanwhile(noor, takes("ada", "algebra"), StudentRenamed{Student: "noor", NewName: "N."})
	})
}
