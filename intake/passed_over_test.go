package intake_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/intake"
)

// Mei waits for the last seat of a course and takes ten courses, so the seat is free for the next
// one who asks. What the preview knows of mei has to come from the log: no line is about her.
func TestThePreviewKnowsWhoInLineHasNoRoom(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(
		courses.StudentRegistered{Student: "mei", Name: "Mei"}, courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.CourseDefined{Course: "knots", Title: "Knots", Capacity: 1},
		courses.StudentJoinedWaitlist{Student: "mei", Course: "knots"},
	)
	for i := range courses.MaxCourses {
		id := courses.CourseID(fmt.Sprintf("elective-%d", i))
		facts = append(facts, courses.CourseDefined{Course: id, Title: "Elective", Capacity: 5}, courses.StudentSubscribedToCourse{Student: "mei", Course: id})
	}
	o := newOffice(t, facts...)
	require.Equal(t, []string{"new"}, told(o.tries(intake.Enrolments, "ada,knots").Lines))

	id := o.adds(intake.Enrolments, "ada,knots")
	require.NoError(t, o.clerk().Start(t.Context(), id))
	o.reaches(id, intake.Completed)
	require.Equal(t, []string{"done"}, told(o.lines(id)))
}
