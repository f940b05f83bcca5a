package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
)

// Each projection answers one question, whatever else has happened.
func TestProjections(t *testing.T) {
	t.Parallel()
	facts := given(
		dcb.Facts(algebra, logic, ada, kofi, noor, StudentRenamed{Student: "kofi", NewName: "Kofi A."}),
		dcb.Facts(takes("ada", "algebra"), takes("kofi", "algebra"), takes("ada", "logic")),
		dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), leaves("ada", "algebra")),
		promoted("noor", "algebra"),
		dcb.Facts(CourseCapacityChanged{Course: "algebra", NewCapacity: 3}, CourseRenamed{Course: "logic", NewTitle: "Logic I"}, CourseArchived{Course: "logic"}),
	)

	require.True(t, dcbtest.Project(t, CourseExists("algebra"), facts...))
	require.False(t, dcbtest.Project(t, CourseExists("geometry"), facts...))
	require.Equal(t, 3, dcbtest.Project(t, Capacity("algebra"), facts...))
	require.Equal(t, 0, dcbtest.Project(t, Capacity("geometry"), facts...))
	require.Equal(t, "Logic I", dcbtest.Project(t, Title("logic"), facts...))
	require.True(t, dcbtest.Project(t, Archived("logic"), facts...))
	require.False(t, dcbtest.Project(t, Archived("algebra"), facts...))
	require.Equal(t, 2, dcbtest.Project(t, SeatsTaken("algebra"), facts...))
	require.Equal(t, []StudentID{"mei"}, dcbtest.Project(t, Waiting("algebra"), facts...))

	require.True(t, dcbtest.Project(t, StudentExists("ada"), facts...))
	require.False(t, dcbtest.Project(t, StudentExists("mei"), facts...))
	require.Equal(t, sealed.Text("Kofi A."), dcbtest.Project(t, Name("kofi"), facts...))
	require.True(t, dcbtest.Project(t, StudentIDTaken("ada"), facts...))
	require.True(t, dcbtest.Project(t, NamedInPlainText("ada"), facts...))
	require.False(t, dcbtest.Project(t, NamedInPlainText("ada"), sealedAda, kofi))
	require.False(t, dcbtest.Project(t, StudentExists("ada"), sealedAda, forgotten))
	require.True(t, dcbtest.Project(t, StudentIDTaken("ada"), sealedAda, forgotten))
	require.Equal(t, 1, dcbtest.Project(t, CoursesTaken("ada"), facts...))
	require.Equal(t, 1, dcbtest.Project(t, CoursesWaitedFor("mei"), facts...))
	require.Equal(t, 0, dcbtest.Project(t, CoursesWaitedFor("noor"), facts...))
	require.Equal(t, 1, dcbtest.Project(t, CoursesWaitedFor("noor"), waits("noor", "algebra"), waits("noor", "logic"), waitsNoLonger("noor", "logic")))
	require.False(t, dcbtest.Project(t, Subscribed("ada", "algebra"), facts...))
	require.True(t, dcbtest.Project(t, Subscribed("ada", "logic"), facts...))
	require.False(t, dcbtest.Project(t, Waits("noor", "algebra"), facts...))
	require.True(t, dcbtest.Project(t, Waits("mei", "algebra"), facts...))
}
