package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// The log never changes: after a type, a tag or a field is renamed, it can't be read.
func TestFactsKeepTheirNamesInTheLog(t *testing.T) {
	events, err := dcb.Encode(dcb.Facts(
		algebra,
		CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"},
		CourseCapacityChanged{Course: "algebra", NewCapacity: 3},
		CourseArchived{Course: "algebra"},
		ada,
		StudentRenamed{Student: "ada", NewName: "Ada L."},
		forgotten,
		takes("ada", "algebra"),
		leaves("ada", "algebra"),
		StudentJoinedWaitlist{Student: "ada", Course: "algebra"},
		StudentLeftWaitlist{Student: "ada", Course: "algebra"},
	))
	require.NoError(t, err)
	type stored struct {
		Type string
		Tags dcb.Tags
		Data string
	}
	var got []stored
	for _, e := range events {
		got = append(got, stored{e.Type, e.Tags, string(e.Data)})
	}
	course, student := dcb.Tag("course_id:algebra"), dcb.Tag("student_id:ada")
	require.Equal(t, dcb.Tag("race:abcdefgh27"), RaceID("abcdefgh27").Tag())
	require.Equal(t, []stored{
		{"CourseDefined", dcb.Tags{course}, `{"course_id":"algebra","title":"Algebra","capacity":2}`},
		{"CourseRenamed", dcb.Tags{course}, `{"course_id":"algebra","new_title":"Linear Algebra"}`},
		{"CourseCapacityChanged", dcb.Tags{course}, `{"course_id":"algebra","new_capacity":3}`},
		{"CourseArchived", dcb.Tags{course}, `{"course_id":"algebra"}`},
		{"StudentRegistered", dcb.Tags{student}, `{"student_id":"ada","name":"Ada"}`},
		{"StudentRenamed", dcb.Tags{student}, `{"student_id":"ada","new_name":"Ada L."}`},
		{"StudentForgotten", dcb.Tags{student}, `{"student_id":"ada"}`},
		{"StudentSubscribedToCourse", dcb.Tags{student, course}, `{"student_id":"ada","course_id":"algebra"}`},
		{"StudentUnsubscribedFromCourse", dcb.Tags{student, course}, `{"student_id":"ada","course_id":"algebra"}`},
		{"StudentJoinedWaitlist", dcb.Tags{student, course}, `{"student_id":"ada","course_id":"algebra"}`},
		{"StudentLeftWaitlist", dcb.Tags{student, course}, `{"student_id":"ada","course_id":"algebra"}`},
	}, got)
}

func TestTagsLeadBackToWhatTheyAreOf(t *testing.T) {
	course, ok := CourseIn(CourseID("algebra").Tag())
	require.True(t, ok)
	require.Equal(t, CourseID("algebra"), course)
	student, ok := StudentIn(StudentID("ada").Tag())
	require.True(t, ok)
	require.Equal(t, StudentID("ada"), student)

	race, ok := RaceIn(RaceID("abcdefgh27").Tag())
	require.True(t, ok)
	require.Equal(t, RaceID("abcdefgh27"), race)

	for _, other := range []dcb.Tag{StudentID("ada").Tag(), RequestID("first").Tag(), "course_id", "course_ids:algebra"} {
		_, ok = CourseIn(other)
		require.False(t, ok, other)
	}
	_, ok = StudentIn(CourseID("algebra").Tag())
	require.False(t, ok)
	_, ok = RaceIn(CourseID("race-abcdefgh27-course-1").Tag())
	require.False(t, ok)
}
