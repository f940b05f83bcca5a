package readmodel_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

func TestAPageKnowsWhatIsAroundIt(t *testing.T) {
	t.Parallel()
	type positions = []int64
	for _, test := range []struct {
		found    positions
		at       Cursor
		rows     positions // two at most
		previous int64     // the position that the previous page ends before, or 0
		next     int64     // the position that the next page begins after, or 0
	}{
		{positions{1, 2, 3}, Cursor{}, positions{1, 2}, 0, 2},
		{positions{1, 2}, Cursor{}, positions{1, 2}, 0, 0},
		{positions{2, 3}, Cursor{After: 1}, positions{2, 3}, 2, 0},
		{positions{4, 5, 6}, Cursor{After: 3}, positions{4, 5}, 4, 5},
		{positions{1, 2, 3}, Cursor{Before: 4}, positions{2, 3}, 2, 3},
		{positions{2, 3}, Cursor{Before: 4}, positions{2, 3}, 0, 3},
		{positions{2, 3}, Cursor{After: 1, Before: 4}, positions{2, 3}, 0, 3},
		{positions{}, Cursor{After: 3}, positions{}, 0, 0},
		{positions{}, Cursor{Before: 1}, positions{}, 0, 0},
	} {
		want := Page[int64]{Rows: test.rows}
		if test.previous > 0 {
			want.Previous = &Cursor{Before: test.previous}
		}
		if test.next > 0 {
			want.Next = &Cursor{After: test.next}
		}
		page := PageOf(test.found, test.at, 2, func(position int64) int64 { return position })
		assert.Equal(t, want, page, "%v at %v", test.found, test.at)
	}
}

func TestNamesAreThoseThatAreAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.projected()
	course, student := courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()
	noID := dcb.Tags{courses.CourseID("a\x00b").Tag(), courses.StudentID("a\x00b").Tag()} // PostgreSQL would refuse it
	for _, tags := range []dcb.Tags{nil, noID, {course}, {student}, {student, course}} {
		names := look(b, func(term *asked) (Names, error) { return term.Names(t.Context(), tags) })
		want := Names{Courses: map[courses.CourseID]string{}, Students: map[courses.StudentID]string{}, Sealed: map[courses.StudentID]sealed.Text{}, SharedTitles: map[courses.CourseID]bool{}, SharedNames: map[courses.StudentID]bool{}}
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
