package readmodel_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

func TestThePageAfterTheFirstPositionHasAPageBeforeIt(t *testing.T) {
	t.Parallel()
	page := PageOf([]int64{2, 3}, Cursor{After: 1}, 1, func(position int64) int64 { return position })
	assert.Equal(t, Page[int64]{Rows: []int64{2}, Previous: &Cursor{Before: 2}, Next: &Cursor{After: 2}}, page)
}

func TestNamesAreThoseThatAreAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.projected()
	course, student := courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()
	noID := dcb.Tags{courses.CourseID("a\x00b").Tag(), courses.StudentID("a\x00b").Tag()} // PostgreSQL would not take it
	for _, tags := range []dcb.Tags{nil, noID, {course}, {student}, {student, course}} {
		names := look(b, func(term *Term) (Names, error) { return term.Names(t.Context(), tags) })
		want := Names{Courses: map[courses.CourseID]string{}, Students: map[courses.StudentID]string{}}
		for _, tag := range tags {
			switch tag {
			case course:
				want.Courses["algebra"] = "Algebra"
			case student:
				want.Students["ada"] = "Ada"
			}
		}
		require.Equal(t, want, names, "%v", tags)
	}
}
