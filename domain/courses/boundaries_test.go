package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

// Nobody has to decide to learn what a command would read.
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

// What has to be decided again, and what may happen meanwhile unnoticed: a boundary
// that is too small breaks a rule, one that is too large makes strangers conflict.
func TestBoundaries(t *testing.T) {
	t.Run("subscribing looks at the course's seats and the student's courses", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada).When(SubscribeStudent{Student: "ada", Course: "algebra"}).
			ConflictsWith(
				takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("ada", "logic"), leaves("ada", "logic"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1},
				waits("ada", "algebra"), waitsNoLonger("ada", "algebra"),
				algebra, ada, over,
			).
			IgnoresMeanwhile(
				takes("kofi", "logic"), leaves("kofi", "logic"),
				CourseCapacityChanged{Course: "logic", NewCapacity: 1},
				waits("kofi", "algebra"), waits("ada", "logic"),
				logic, kofi, CourseRenamed{Course: "algebra", NewTitle: "Groups"}, CourseArchived{Course: "logic"},
			)
	})
	leaving := UnsubscribeStudent{Student: "ada", Course: "algebra"}
	shrinking, growing := ChangeCapacity{Course: "algebra", NewCapacity: 1}, ChangeCapacity{Course: "algebra", NewCapacity: 9}
	smaller := CourseCapacityChanged{Course: "algebra", NewCapacity: 1}
	t.Run("unsubscribing looks at one seat while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra")).When(leaving).
			ConflictsWith(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("ada", "logic"), waits("kofi", "logic"), smaller, over)
	})
	t.Run("unsubscribing looks at the seats, and at the courses of all who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra"), waits("noor", "algebra"), waits("mei", "algebra")).When(leaving).
			ConflictsWith(takes("kofi", "algebra"), leaves("kofi", "algebra"), smaller,
				takes("noor", "logic"), leaves("noor", "logic"), takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("kofi", "logic"), takes("ada", "logic"), waits("noor", "logic"))
	})
	t.Run("changing the capacity does not look at the seats while nobody waits", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(growing).
			ConflictsWith(smaller, over, waits("kofi", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"))
	})
	t.Run("taking seats away does not look at them either", func(t *testing.T) {
		dcbtest.Given(t, algebra, waits("noor", "algebra")).When(shrinking).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"), takes("noor", "logic"))
	})
	t.Run("adding seats looks at those taken, and at the courses of all who wait", func(t *testing.T) {
		dcbtest.Given(t, algebra, waits("noor", "algebra"), waits("mei", "algebra")).When(growing).
			ConflictsWith(takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("noor", "logic"), leaves("noor", "logic"), takes("mei", "logic"), leaves("mei", "logic")).
			IgnoresMeanwhile(takes("kofi", "logic"), waits("noor", "logic"))
	})
	t.Run("waiting looks at the course, its waitlist and its seats", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada).When(JoinWaitlist{Student: "ada", Course: "algebra"}).
			ConflictsWith(algebra, ada, over, smaller, takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("ada", "algebra"), leaves("ada", "algebra"), waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra")).
			IgnoresMeanwhile(takes("ada", "logic"), leaves("ada", "logic"), waits("ada", "logic"), kofi)
	})
	t.Run("giving up looks at one place on the waitlist", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, waits("ada", "algebra")).When(LeaveWaitlist{Student: "ada", Course: "algebra"}).
			ConflictsWith(waits("ada", "algebra"), waitsNoLonger("ada", "algebra"), algebra, ada).
			IgnoresMeanwhile(waits("kofi", "algebra"), waitsNoLonger("kofi", "algebra"), takes("kofi", "algebra"), over)
	})
	t.Run("renaming a course looks at its title", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(RenameCourse{Course: "algebra", NewTitle: "Groups"}).
			ConflictsWith(algebra, over, CourseRenamed{Course: "algebra", NewTitle: "Rings"}).
			IgnoresMeanwhile(logic, smaller, takes("ada", "algebra"), CourseRenamed{Course: "logic", NewTitle: "Rings"})
	})
	t.Run("archiving looks at the course and who waits for it", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(ArchiveCourse{Course: "algebra"}).
			ConflictsWith(algebra, over, waits("ada", "algebra"), waitsNoLonger("ada", "algebra")).
			IgnoresMeanwhile(smaller, takes("ada", "algebra"), leaves("ada", "algebra"), waits("ada", "logic"), CourseArchived{Course: "logic"})
	})
	t.Run("renaming a student looks at the name", func(t *testing.T) {
		dcbtest.Given(t, ada).When(RenameStudent{Student: "ada", NewName: "Ada L."}).
			ConflictsWith(ada, StudentRenamed{Student: "ada", NewName: "Lady Ada"}).
			IgnoresMeanwhile(noor, takes("ada", "algebra"), StudentRenamed{Student: "noor", NewName: "N."})
	})
	t.Run("defining a course looks at its id only", func(t *testing.T) {
		dcbtest.Given(t).When(DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2}).
			ConflictsWith(algebra).IgnoresMeanwhile(logic, takes("ada", "algebra"), CourseCapacityChanged{Course: "algebra", NewCapacity: 1})
	})
	t.Run("registering a student looks at the id only", func(t *testing.T) {
		dcbtest.Given(t).When(RegisterStudent{Student: "ada", Name: "Ada"}).
			ConflictsWith(ada).IgnoresMeanwhile(noor, takes("ada", "algebra"))
	})
}
