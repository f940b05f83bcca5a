package readmodel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// look asks for one thing as of now.
func look[R any](b *bench, ask func(*asked) (R, error)) (found R) {
	b.t.Helper()
	b.view(func(term *asked) {
		var err error
		found, err = ask(term)
		require.NoError(b.t, err)
	})
	return found
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

func memberIDs(all []Member) []string {
	return ids(all, func(m Member) courses.StudentID { return m.ID })
}

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func waits(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentJoinedWaitlist{Student: student, Course: course}
}

// smallTerm returns a bench with two courses and three students, and an event of another
// program at its end.
func smallTerm(t *testing.T) *bench {
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		takes("ada", "algebra"), // 6
		waits("noor", "logic"),
		takes("kofi", "logic"), // before noor, who waits: the tables do not check that rule
		waits("ada", "logic"),  // 9
	)
	b.projected()
	b.append(dcb.NewInputEvent("CoursePainted", nil, []byte(`1`)))
	return b
}

func TestATermKnowsCoursesAndStudents(t *testing.T) {
	t.Parallel()
	smallTerm(t).viewBothWays(9, func(term *asked) {
		require.Equal(t, Term{Position: 9, Head: 10}, term.Term)
		require.EqualValues(t, 1, term.Lag())
		course, known, err := term.Course(t.Context(), "logic")
		require.NoError(t, err)
		require.True(t, known)
		assert.Equal(t, Course{ID: "logic", Title: "Logic", Capacity: 1, SeatsTaken: 1, Waiting: 2, DefinedAt: 2, ChangedAt: 9, Listed: true}, course)
		student, known, err := term.Student(t.Context(), "ada")
		require.NoError(t, err)
		require.True(t, known)
		assert.Equal(t, Student{ID: "ada", Name: "Ada", CoursesTaken: 1, RegisteredAt: 3, ChangedAt: 6, Listed: true}, student)
	})
}

func TestATermKnowsThePlacesOfStudents(t *testing.T) {
	t.Parallel()
	smallTerm(t).viewBothWays(9, func(term *asked) {
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
		assert.Equal(t, []Member{{ID: "noor", Name: "Noor", Since: 7}, {ID: "ada", Name: "Ada", Since: 9}}, waitlist.Rows)
	})
}

func TestATermKnowsStudentsWithoutAPlace(t *testing.T) {
	t.Parallel()
	smallTerm(t).viewBothWays(9, func(term *asked) {
		for _, test := range []struct {
			course courses.CourseID
			search string
			most   int
			want   []string
		}{
			{"logic", "", 9, []string{}},
			{"algebra", "", 9, []string{"kofi", "noor"}},
			{"algebra", "oo", 9, []string{"noor"}},
			{"algebra", "", 1, []string{"kofi"}},
		} {
			without, err := term.StudentsWithoutPlace(t.Context(), test.course, test.search, test.most)
			require.NoError(t, err)
			assert.Equal(t, test.want, studentIDs(without), "%v", test)
		}
	})
}

func TestATermKnowsNames(t *testing.T) {
	t.Parallel()
	smallTerm(t).viewBothWays(9, func(term *asked) {
		names, err := term.Names(t.Context(), dcb.Tags{"course_id:logic", "student_id:ada", "student_id:nobody", "course_id:a\x00", "request:1", "x"})
		require.NoError(t, err)
		assert.Equal(t, "Logic", names.Course("logic"))
		assert.Equal(t, "Ada", names.Student("ada"))
		assert.Equal(t, "nobody", names.Student("nobody"), "an unknown student has no name")
		assert.Equal(t, "algebra", names.Course("algebra"), "no tag named it")
	})
}

// A student has at most ten seats, and may wait for any number of courses.
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
	b.viewBothWays(203, func(term *asked) {
		places, err := term.PlacesOf(t.Context(), "ada")
		require.NoError(t, err)
		require.Len(t, places, 100)
		assert.Equal(t, Place{Course: "logic", Title: "Logic", Since: 203}, places[0])
		assert.Equal(t, Place{Course: "awaited-0", Title: "Awaited", Waiting: true, Since: 4, SeatFree: true, Shared: true}, places[1])
		assert.Equal(t, courses.CourseID("awaited-98"), places[99].Course)
	})
}

func TestAnInvalidIDIsAnUnknownID(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.projected()
	for _, id := range []string{"", "nope", "a\x00b", "\xff", strings.Repeat("a", 3000)} {
		b.viewBothWays(2, func(term *asked) {
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
		})
	}
}

// All answers are of one moment: events projected between two round trips are not in them.
func TestAnswersDoNotChangeWhileQuestionsAreAsked(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9}, courses.StudentRegistered{Student: "ada", Name: "Ada"})
	b.project()
	b.catchUp()
	var ask Questions
	var before, after Course
	var seats, waitlist Page[Member]
	ask.Course(&before, "algebra")
	ask.Then(func() {
		b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"}, takes("ada", "algebra"))
		b.catchUp()
		require.NoError(t, b.rebuild(silent))
		ask.Course(&after, "algebra")
		ask.Seats(&seats, "algebra", Cursor{}, 9)
		ask.Then(func() { ask.Waitlist(&waitlist, "algebra", Cursor{}, 9) })
	})
	term, err := b.model.Ask(t.Context(), &ask)
	require.NoError(t, err)
	require.EqualValues(t, 2, term.Position)
	require.Equal(t, "Algebra", before.Title)
	require.Equal(t, before, after)
	require.Empty(t, seats.Rows)
	require.NotNil(t, waitlist.Rows, "it was asked for, too")

	course := look(b, func(term *asked) (Course, error) {
		course, _, err := term.Course(t.Context(), "algebra")
		return course, err
	})
	require.Equal(t, "Linear Algebra", course.Title)
}

// The pool keeps the connection.
func TestAQuestionThatFailsIsAnErrorOfAll(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	b.projected()
	config, err := pgxpool.ParseConfig(b.url)
	require.NoError(t, err)
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	ask := func() (course Course, err error) {
		var questions Questions
		var unread Unread
		questions.Course(&course, "algebra")
		questions.Unread(&unread, courses.CourseID("algebra").Tag())
		questions.Course(&course, "algebra")
		_, err = New(pool).Ask(t.Context(), &questions)
		return course, err
	}
	_, err = ask() // the statements are prepared, so that the next time one fails in the middle
	require.NoError(t, err)
	b.exec(`alter table read_unread rename to nowhere`)
	_, err = ask()
	require.ErrorContains(t, err, "read_unread")
	b.exec(`alter table nowhere rename to read_unread`)
	course, err := ask()
	require.NoError(t, err)
	require.Equal(t, "Algebra", course.Title)
	require.EqualValues(t, 1, pool.Stat().NewConnsCount(), "connections")
}
