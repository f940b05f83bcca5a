package readmodel_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// look asks for one thing as of now.
func look[R any](b *bench, ask func(*Term) (R, error)) (found R) {
	b.t.Helper()
	require.NoError(b.t, b.model.View(b.t.Context(), func(term *Term) (err error) {
		found, err = ask(term)
		return err
	}))
	return found
}

// lookBothWays asks for a page as of now, of the tables and of the log, which have to
// answer the same.
func lookBothWays[R any](b *bench, ask func(*Term) (Page[R], error)) Page[R] {
	b.t.Helper()
	page := look(b, ask)
	term, err := AsOf(b.t.Context(), b.log, math.MaxInt64)
	require.NoError(b.t, err)
	read, err := ask(term)
	require.NoError(b.t, err)
	require.Equal(b.t, written(page), written(read))
	return page
}

func ids[R any, ID ~string](rows []R, id func(R) ID) []string {
	all := []string{}
	for _, row := range rows {
		all = append(all, string(id(row)))
	}
	return all
}

func courseIDs(all []Course) []string {
	return ids(all, func(c Course) courses.CourseID { return c.ID })
}

func studentIDs(all []Student) []string {
	return ids(all, func(s Student) courses.StudentID { return s.ID })
}

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func waits(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentJoinedWaitlist{Student: student, Course: course}
}

func TestSearchFindsAnyPartOfATitleOrAnID(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "tt-1", Title: "Type Theory", Capacity: 3},
		courses.CourseDefined{Course: "cafe", Title: "Zoë’s CAFÉ  &  50%_off", Capacity: 3},
		courses.CourseDefined{Course: "TT-2", Title: "Łódź \\ 李雷", Capacity: 3},
		courses.CourseDefined{Course: "odd", Title: "Before", Capacity: 3},
		courses.CourseRenamed{Course: "odd", NewTitle: "ℌistory № 5 at 3 ㎒, Οδυσσεύς in der Hauptstraße"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		courses.StudentRegistered{Student: "al", Name: "Augusta Byron"},
		courses.StudentRenamed{Student: "al", NewName: "Ada Lovelace"},
	)
	b.projected()
	tests := []struct {
		search string
		want   []string
	}{
		{"", []string{"tt-1", "cafe", "TT-2", "odd"}},
		{"   ", []string{"tt-1", "cafe", "TT-2", "odd"}},
		{"theory", []string{"tt-1"}},
		{"YPE THEO", []string{"tt-1"}},
		{" type \t theory ", []string{"tt-1"}},
		{"theory type", []string{}},
		{"tt-", []string{"tt-1", "TT-2"}},
		{"tt-2", []string{"TT-2"}},
		{"zoe's", []string{}},
		{"zoe’s cafe & 50", []string{"cafe"}},
		{"ZOÉ", []string{"cafe"}},
		{"%", []string{"cafe"}},
		{"_", []string{"cafe"}},
		{"0%_o", []string{"cafe"}},
		{`\`, []string{"TT-2"}},
		{"李雷", []string{"TT-2"}},
		{"łodz", []string{"TT-2"}},
		{"history", []string{"odd"}},
		{"ℌISTORY", []string{"odd"}},
		{"no 5 at 3 mhz", []string{"odd"}},
		{"№ 5 at 3 ㎒", []string{"odd"}},
		{"ΟΔΥΣΣΕΥΣ", []string{"odd"}},
		{"οδυσσευς in", []string{"odd"}},
		{"οδυσσευσ", []string{"odd"}},
		{"STRASSE", []string{"odd"}},
		{"straße", []string{"odd"}},
		{"before", []string{}},
		{"no such thing", []string{}},
		{"a\x00b", []string{}},
		{"\xff", []string{}},
		{strings.Repeat("x", 100_000), []string{}},
	}
	for _, test := range tests {
		page := lookBothWays(b, func(term *Term) (Page[Course], error) { return term.Courses(t.Context(), test.search, Cursor{}, 10) })
		assert.Equal(t, test.want, courseIDs(page.Rows), "%.40q", test.search)
	}
	for at, want := range map[Cursor][]string{{Before: 2}: {"tt-1"}, {Before: 3}: {"tt-1", "cafe"}, {After: 2}: {"TT-2", "odd"}} {
		page := lookBothWays(b, func(term *Term) (Page[Course], error) { return term.Courses(t.Context(), "", at, 10) })
		assert.Equal(t, want, courseIDs(page.Rows), "%v", at)
	}
	for search, want := range map[string][]string{"": {"noor", "al"}, "LOVE": {"al"}, "byron": {}, "oo": {"noor"}, "al": {"al"}} {
		page := lookBothWays(b, func(term *Term) (Page[Student], error) { return term.Students(t.Context(), search, Cursor{}, 10) })
		assert.Equal(t, want, studentIDs(page.Rows), "%q", search)
	}
}

// Every list is paged by the same rules.
func TestPagingShowsEveryRowOnceInEitherDirection(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 99},
		courses.StudentRegistered{Student: "other", Name: "Somebody else"},
		takes("other", "algebra"), waits("other", "algebra"))
	var want []string
	for i := range 25 {
		id := fmt.Sprintf("x%02d", i)
		want = append(want, id)
		facts = append(facts,
			courses.CourseDefined{Course: courses.CourseID(id), Title: "Title", Capacity: 1},
			courses.StudentRegistered{Student: courses.StudentID(id), Name: "Name"},
			takes(courses.StudentID(id), "algebra"), waits(courses.StudentID(id), "algebra"))
	}
	facts = append(facts, courses.StudentUnsubscribedFromCourse{Student: "other", Course: "algebra"},
		courses.StudentLeftWaitlist{Student: "other", Course: "algebra"})
	b := newBench(t, facts...)
	b.projected()

	lists := map[string]func(term *Term, at Cursor, size int) (rows []string, previous, next *Cursor, err error){
		"courses": func(term *Term, at Cursor, size int) ([]string, *Cursor, *Cursor, error) {
			page, err := term.Courses(t.Context(), "x", at, size)
			return courseIDs(page.Rows), page.Previous, page.Next, err
		},
		"students": func(term *Term, at Cursor, size int) ([]string, *Cursor, *Cursor, error) {
			page, err := term.Students(t.Context(), "x", at, size)
			return studentIDs(page.Rows), page.Previous, page.Next, err
		},
		"seats": func(term *Term, at Cursor, size int) ([]string, *Cursor, *Cursor, error) {
			page, err := term.Seats(t.Context(), "algebra", at, size)
			return ids(page.Rows, func(m Member) courses.StudentID { return m.ID }), page.Previous, page.Next, err
		},
		"waitlist": func(term *Term, at Cursor, size int) ([]string, *Cursor, *Cursor, error) {
			page, err := term.Waitlist(t.Context(), "algebra", at, size)
			return ids(page.Rows, func(m Member) courses.StudentID { return m.ID }), page.Previous, page.Next, err
		},
	}
	for name, list := range lists {
		for _, size := range []int{1, 4, 5, 24, 25, 26} {
			t.Run(fmt.Sprintf("%s by %d", name, size), func(t *testing.T) {
				t.Parallel()
				turn := func(to Cursor) Page[string] {
					return lookBothWays(b, func(term *Term) (p Page[string], err error) {
						p.Rows, p.Previous, p.Next, err = list(term, to, size)
						return p, err
					})
				}
				first := turn(Cursor{})
				require.Nil(t, first.Previous)
				last, forwards := first, slices.Clone(first.Rows)
				for last.Next != nil {
					last = turn(*last.Next)
					require.NotNil(t, last.Previous)
					forwards = append(forwards, last.Rows...)
				}
				require.Equal(t, want, forwards)
				require.Len(t, first.Rows, min(size, 25), "pages are full")

				backwards := last.Rows
				for last.Previous != nil {
					last = turn(*last.Previous)
					require.NotNil(t, last.Next)
					backwards = append(slices.Clone(last.Rows), backwards...)
				}
				require.Equal(t, want, backwards)
			})
		}
	}
}

func TestACursorBeyondTheListIsAnEmptyPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	b.projected()
	for _, at := range []Cursor{{After: 1}, {After: 1 << 62}, {Before: 1}, {Before: -1}, {After: 5, Before: 1}} {
		page := lookBothWays(b, func(term *Term) (Page[Course], error) { return term.Courses(t.Context(), "", at, 10) })
		require.Equal(t, Page[Course]{Rows: []Course{}}, page, "%v", at)
	}
}

func TestATermKnowsCoursesStudentsAndTheirPlaces(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		takes("ada", "algebra"), // 6
		waits("noor", "logic"),
		takes("kofi", "logic"), // in front of whom somebody waited, which is no matter
		waits("ada", "logic"),  // 9
	)
	b.projected()
	painted := b.append(dcb.NewInputEvent("CoursePainted", nil, []byte(`1`)))

	ask := func(term *Term) error {
		require.EqualValues(t, 9, term.Position)
		require.Equal(t, painted, term.Head)
		require.EqualValues(t, 1, term.Lag())

		course, known, err := term.Course(t.Context(), "logic")
		require.NoError(t, err)
		require.True(t, known)
		assert.Equal(t, Course{ID: "logic", Title: "Logic", Capacity: 1, SeatsTaken: 1, Waiting: 2, DefinedAt: 2, ChangedAt: 9, Listed: true}, course)
		student, known, err := term.Student(t.Context(), "ada")
		require.NoError(t, err)
		require.True(t, known)
		assert.Equal(t, Student{ID: "ada", Name: "Ada", CoursesTaken: 1, RegisteredAt: 3, ChangedAt: 6, Listed: true}, student)

		places, err := term.PlacesOf(t.Context(), "ada")
		require.NoError(t, err)
		assert.Equal(t, []Place{
			{Course: "algebra", Title: "Algebra", Since: 6},
			{Course: "logic", Title: "Logic", Waiting: true, Since: 9, InFront: 1},
		}, places)
		places, err = term.PlacesOf(t.Context(), "kofi")
		require.NoError(t, err)
		assert.Equal(t, []Place{{Course: "logic", Title: "Logic", Since: 8}}, places)
		waitlist, err := term.Waitlist(t.Context(), "logic", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, []Member{{"noor", "Noor", 7}, {"ada", "Ada", 9}}, waitlist.Rows)

		without, err := term.StudentsWithoutPlace(t.Context(), "logic", "", 9)
		require.NoError(t, err)
		assert.Empty(t, studentIDs(without), "all sit or wait")
		without, err = term.StudentsWithoutPlace(t.Context(), "algebra", "", 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"kofi", "noor"}, studentIDs(without))
		without, err = term.StudentsWithoutPlace(t.Context(), "algebra", "oo", 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"noor"}, studentIDs(without))
		without, err = term.StudentsWithoutPlace(t.Context(), "algebra", "", 1)
		require.NoError(t, err)
		assert.Equal(t, []string{"kofi"}, studentIDs(without))

		names, err := term.Names(t.Context(), dcb.Tags{"course_id:logic", "student_id:ada", "student_id:nobody", "course_id:a\x00", "request:1", "x"})
		require.NoError(t, err)
		assert.Equal(t, "Logic", names.Course("logic"))
		assert.Equal(t, "Ada", names.Student("ada"))
		assert.Equal(t, "nobody", names.Student("nobody"), "nobody has no name")
		assert.Equal(t, "algebra", names.Course("algebra"), "nobody asked for it")
		return nil
	}
	require.NoError(t, b.model.View(t.Context(), ask))
	then, err := AsOf(t.Context(), b.log, 9)
	require.NoError(t, err)
	require.NoError(t, ask(then))
}

// Nothing but patience limits for how many courses a student waits. The seats are what
// the student has.
func TestAStudentsSeatsAreThereHoweverManyCoursesTheStudentWaitsFor(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"})
	for i := range 100 {
		id := courses.CourseID(fmt.Sprint("awaited-", i))
		facts = append(facts, courses.CourseDefined{Course: id, Title: "Awaited", Capacity: 1}, waits("ada", id))
	}
	b := newBench(t, append(facts, takes("ada", "logic"))...)
	b.projected()
	ask := func(term *Term) error {
		places, err := term.PlacesOf(t.Context(), "ada")
		require.NoError(t, err)
		require.Len(t, places, 100)
		assert.Equal(t, Place{Course: "logic", Title: "Logic", Since: 203}, places[0])
		assert.Equal(t, Place{Course: "awaited-0", Title: "Awaited", Waiting: true, Since: 4}, places[1])
		assert.Equal(t, courses.CourseID("awaited-98"), places[99].Course)
		return nil
	}
	require.NoError(t, b.model.View(t.Context(), ask))
	then, err := AsOf(t.Context(), b.log, 203)
	require.NoError(t, err)
	require.NoError(t, ask(then))
}

func TestWhatIsNoIDIsNotThere(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.projected()
	then, err := AsOf(t.Context(), b.log, 2)
	require.NoError(t, err)
	for _, id := range []string{"", "nope", "a\x00b", "\xff", strings.Repeat("a", 3000)} {
		ask := func(term *Term) error {
			_, known, err := term.Course(t.Context(), courses.CourseID(id))
			require.NoError(t, err, "%.20q", id)
			require.False(t, known)
			_, known, err = term.Student(t.Context(), courses.StudentID(id))
			require.NoError(t, err)
			require.False(t, known)
			places, err := term.PlacesOf(t.Context(), courses.StudentID(id))
			require.NoError(t, err)
			require.Empty(t, places)
			seats, err := term.Seats(t.Context(), courses.CourseID(id), Cursor{}, 9)
			require.NoError(t, err)
			require.Empty(t, seats.Rows)
			without, err := term.StudentsWithoutPlace(t.Context(), courses.CourseID(id), "", 9)
			require.NoError(t, err)
			if !courses.CourseID(id).Valid() {
				require.Empty(t, without)
			}
			return nil
		}
		require.NoError(t, b.model.View(t.Context(), ask))
		require.NoError(t, ask(then))
	}
}

// A view is of one moment: what is projected while it is looked at is not in it.
func TestAViewDoesNotChangeWhileItIsLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9}, courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.project()
	b.catchUp()
	require.NoError(t, b.model.View(t.Context(), func(term *Term) error {
		b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"}, takes("ada", "algebra"))
		b.catchUp()
		require.NoError(t, b.rebuild(silent))
		course, known, err := term.Course(t.Context(), "algebra")
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, "Algebra", course.Title)
		seats, err := term.Seats(t.Context(), "algebra", Cursor{}, 9)
		require.NoError(t, err)
		require.Empty(t, seats.Rows)
		require.EqualValues(t, 2, term.Position)
		return nil
	}))
	course := look(b, func(term *Term) (Course, error) {
		course, _, err := term.Course(t.Context(), "algebra")
		return course, err
	})
	require.Equal(t, "Linear Algebra", course.Title)
}
