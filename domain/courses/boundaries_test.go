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
		SwapSeats{Student: "ada", From: "algebra", To: "logic"},
		LeaveAltogether{Student: "ada"},
		LeaveArchivedCourses{Student: "ada"},
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
	t.Run("and at nobody else while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada).When(adaSubscribes).
			ConflictsWith(
				takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("ada", "logic"), leaves("ada", "logic"),
				shrunk,
				waits("ada", "algebra"), waitsNoLonger("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra"),
				algebra, ada, over,
			).
			IgnoresMeanwhile(
				takes("kofi", "logic"), leaves("kofi", "logic"),
				CourseCapacityChanged{Course: "logic", NewCapacity: 1},
				waits("kofi", "logic"), waits("ada", "logic"),
				logic, kofi, CourseRenamed{Course: "algebra", NewTitle: "Groups"}, CourseArchived{Course: "logic"},
			)
	})
	t.Run("not at the courses of those who wait while every seat is taken", func(t *testing.T) {
		dcbtest.Given(t, given(algebraIsFull, dcb.Facts(noor, waits("mei", "algebra")))...).
			When(SubscribeStudent{Student: "noor", Course: "algebra"}).
			IgnoresMeanwhile(takes("mei", "logic"), leaves("mei", "logic"))
	})
	t.Run("and at the courses of those who wait when a seat is free", func(t *testing.T) {
		dcbtest.Given(t, given(dcb.Facts(algebra, ada, waits("mei", "algebra")), takesCourses("mei", 10))...).When(adaSubscribes).
			ConflictsWith(takes("mei", "logic"), leaves("mei", "elective-1")).
			IgnoresMeanwhile(takes("kofi", "logic"), waits("mei", "logic"))
	})
}

func TestUnsubscribingLooksAtSeats(t *testing.T) {
	t.Run("at one seat while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra")).When(adaLeaves).
			ConflictsWith(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra"),
				waits("ada", "logic"), waitsNoLonger("ada", "logic")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("ada", "logic"), waits("kofi", "logic"), shrunk, over)
	})
	t.Run("at the seats of a course that the student waits for, and of no other", func(t *testing.T) {
		full := CourseDefined{Course: "knots", Title: "Knots", Capacity: 1}
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra"), full, takes("noor", "knots"), waits("mei", "knots"), waits("ada", "knots")).When(adaLeaves).
			ConflictsWith(leaves("noor", "knots"), CourseCapacityChanged{Course: "knots", NewCapacity: 2}, waitsNoLonger("mei", "knots"), waits("kofi", "knots")).
			IgnoresMeanwhile(takes("mei", "logic"), leaves("mei", "logic"), takes("kofi", "algebra"), leaves("kofi", "algebra"), shrunk, takes("kofi", "logic"))
	})
	t.Run("at the courses of all who wait for a course that the student waits for, when a seat is free", func(t *testing.T) {
		dcbtest.Given(t, given(dcb.Facts(algebra, logic, ada, takes("ada", "algebra"), waits("mei", "logic"), waits("ada", "logic")), takesCourses("mei", 10))...).
			When(adaLeaves).
			ConflictsWith(takes("mei", "sets"), leaves("mei", "elective-1"), takes("ada", "sets"), takes("kofi", "logic")).
			IgnoresMeanwhile(takes("kofi", "algebra"), waits("mei", "sets"))
	})
	t.Run("at all seats, and at the courses of all who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra"), waits("noor", "algebra"), waits("mei", "algebra")).When(adaLeaves).
			ConflictsWith(takes("kofi", "algebra"), leaves("kofi", "algebra"), shrunk,
				takes("noor", "logic"), leaves("noor", "logic"), takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("kofi", "logic"), takes("ada", "logic"), waits("noor", "logic"))
	})
}

func TestSwappingLooksAtTwoCoursesAndOneStudent(t *testing.T) {
	t.Run("at the seats of the course to swap to, and of no other while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra")).When(adaSwaps).
			ConflictsWith(algebra, logic, ada, leaves("ada", "algebra"), takes("ada", "logic"), takes("kofi", "logic"), leaves("kofi", "logic"),
				CourseCapacityChanged{Course: "logic", NewCapacity: 1}, CourseArchived{Course: "logic"},
				waits("kofi", "algebra"), waits("kofi", "logic"), waitsNoLonger("ada", "logic")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), shrunk, over, takes("ada", "sets"), leaves("ada", "sets"), waits("ada", "sets"))
	})
	t.Run("at the seats of both, and the courses of those who may get one", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra"), waits("noor", "algebra"), waits("mei", "logic")).When(adaSwaps).
			ConflictsWith(takes("kofi", "algebra"), shrunk, takes("noor", "sets"), leaves("noor", "sets"), takes("mei", "sets"), leaves("mei", "sets")).
			IgnoresMeanwhile(takes("kofi", "sets"), waits("noor", "sets"))
	})
	t.Run("not at the courses of those who wait for a full course", func(t *testing.T) {
		full := CourseDefined{Course: "logic", Title: "Logic", Capacity: 1}
		dcbtest.Given(t, algebra, full, ada, takes("ada", "algebra"), takes("kofi", "logic"), waits("mei", "logic")).When(adaSwaps).
			IgnoresMeanwhile(takes("mei", "sets"), leaves("mei", "sets"))
	})
}

func TestLeavingAltogetherLooksAtAllThatAStudentHas(t *testing.T) {
	all := LeaveAltogether{Student: "ada"}
	t.Run("at the waitlists of the courses, and at no seats while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra"), waits("ada", "logic")).When(all).
			ConflictsWith(ada, takes("ada", "sets"), leaves("ada", "algebra"), waits("ada", "sets"), waitsNoLonger("ada", "logic"), waits("kofi", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), shrunk, over, waits("kofi", "logic"), takes("kofi", "logic"))
	})
	t.Run("at the seats of the courses that somebody waits for, and at the courses of those who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra"), takes("ada", "logic"), waits("mei", "algebra")).When(all).
			ConflictsWith(takes("kofi", "algebra"), shrunk, takes("mei", "sets"), leaves("mei", "sets")).
			IgnoresMeanwhile(takes("kofi", "logic"), leaves("kofi", "logic"), waits("mei", "sets"), takes("kofi", "sets"))
	})
	t.Run("not at the courses of those who wait when no seat becomes free", func(t *testing.T) {
		dcbtest.Given(t, given(algebraIsFull, dcb.Facts(ada, shrunk, waits("mei", "algebra")))...).When(all).
			ConflictsWith(leaves("kofi", "algebra")).
			IgnoresMeanwhile(takes("mei", "sets"), leaves("mei", "sets"))
	})
}

func TestLeavingArchivedCoursesLooksAtAllThatAStudentHas(t *testing.T) {
	archived := LeaveArchivedCourses{Student: "ada"}
	t.Run("at which of the courses are archived", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra"), takes("ada", "logic"), over).When(archived).
			ConflictsWith(ada, over, CourseArchived{Course: "logic"}, takes("ada", "sets"), leaves("ada", "algebra"), waits("ada", "sets")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("kofi", "logic"), waits("kofi", "logic"), CourseArchived{Course: "sets"})
	})
	t.Run("at the seats of the courses that the student waits for", func(t *testing.T) {
		dcbtest.Given(t, algebra, logic, ada, takes("ada", "algebra"), over, waits("ada", "logic"), waits("mei", "logic")).When(archived).
			ConflictsWith(takes("kofi", "logic"), leaves("kofi", "logic"), waits("kofi", "logic"), takes("mei", "sets"), leaves("mei", "sets")).
			IgnoresMeanwhile(takes("kofi", "algebra"), waits("mei", "sets"))
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
	t.Run("waiting looks at the courses of those who wait when a seat is free", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("kofi", "algebra"), waits("mei", "algebra")).When(adaWaits).
			ConflictsWith(takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("ada", "logic"), takes("kofi", "logic"))
		dcbtest.Given(t, given(algebraIsFull, dcb.Facts(noor, waits("mei", "algebra")))...).When(noorJoins).
			IgnoresMeanwhile(takes("mei", "logic"), leaves("mei", "logic"))
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
