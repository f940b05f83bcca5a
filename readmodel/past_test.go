package readmodel_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	. "go-crablet/readmodel"
)

var (
	pastCourses  = []courses.CourseID{"algebra", "logic", "sets", "race-" + aRace + "-course-1", "nowhere", "../x"}
	pastStudents = []courses.StudentID{"ada", "kofi", "noor", "mei", "race-" + aRace + "-student-1", "nobody", "a\x00b"}
)

// askedFor carries out a random command. Many are refused, and store nothing.
func (b *bench) askedFor(random *rand.Rand) {
	b.t.Helper()
	course, student := pastCourses[random.IntN(4)], pastStudents[random.IntN(5)]
	word := []string{"Algebra", "Logic of sets", "Ünïcode", "Ada"}[random.IntN(4)]
	seats := 1 + random.IntN(3)
	var cmd dcb.Command
	switch random.IntN(20) {
	case 0, 1:
		cmd = courses.DefineCourse{Course: course, Title: word, Capacity: seats}
	case 2, 3:
		cmd = courses.RegisterStudent{Student: student, Name: sealed.Text(word)}
	case 4:
		cmd = courses.RenameCourse{Course: course, NewTitle: word}
	case 5:
		cmd = courses.RenameStudent{Student: student, NewName: sealed.Text(word)}
	case 6:
		cmd = courses.ChangeCapacity{Course: course, NewCapacity: seats}
	case 7:
		if random.IntN(8) > 0 { // it is the end of a course
			return
		}
		cmd = courses.ArchiveCourse{Course: course}
	case 8:
		cmd = courses.UnsubscribeStudent{Student: student, Course: course}
	case 9:
		cmd = courses.LeaveWaitlist{Student: student, Course: course}
	case 10, 11:
		cmd = courses.JoinWaitlist{Student: student, Course: course}
	case 16:
		cmd = courses.SwapSeats{Student: student, From: courses.CourseID(anyone(random)), To: course}
	case 17:
		if random.IntN(4) > 0 {
			return
		}
		cmd = courses.LeaveAltogether{Student: student}
	case 18:
		cmd = courses.LeaveArchivedCourses{Student: student}
	case 12:
		cmd = madeForARace{courses.CourseDefined{Course: course, Title: word, Capacity: seats}}
	case 13:
		cmd = madeForARace{courses.StudentRegistered{Student: student, Name: sealed.Text(word)}}
	default:
		cmd = courses.SubscribeStudent{Student: student, Course: course}
	}
	b.decide(dcb.WithCorrelationID(b.t.Context(), anyone(random)), cmd)
}

// madeForARace stores a fact of a race, unless there is a fact with its tags.
type madeForARace struct{ dcb.Fact }

func (made madeForARace) Decide(ctx context.Context, log dcb.Log) error {
	event := encoded(made.Fact)
	taken := dcb.NewQuery(event.Tags)
	event.Tags = append(event.Tags, courses.RaceID(aRace).Tag())
	_, err := log.AppendAfter(ctx, []dcb.InputEvent{event}, taken, dcb.Checkpoint{})
	return err
}

// As of every position, the answers are those that the tables had when the log ended there. The
// log has 70 events, in a usual run 18.
func TestThePastIsWhatTheTablesWere(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	random := chance(t)
	b := newBench(t)
	var past []dcb.Event
	var head int64
	for head < int64(effort.Times(18, 70)) {
		b.askedFor(random)
		events, end, err := b.log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		past, head = events, end.Position
	}

	// The same log again, append by append.
	then := newBench(t)
	then.project()
	var end int64
	for position := range head + 1 {
		if position > end {
			_, last, err := b.log.AppendOf(t.Context(), position)
			require.NoError(t, err)
			var one []dcb.InputEvent
			for _, e := range past[end:last.Position] {
				one = append(one, dcb.NewInputEvent(e.Type, e.Tags, e.Data))
			}
			then.appendAs(past[end].CorrelationID, one...)
			end = last.Position
		}
		then.catchUp()
		earlier, err := asOf(t.Context(), b.log, position)
		require.NoError(t, err)
		require.Equal(t, end, earlier.Position)
		require.Equal(t, head-end, earlier.Lag())
		want := look(then, func(term *asked) ([]string, error) { return seenOf(t, term), nil })
		got := seenOf(t, earlier)
		for i := range want {
			require.Equal(t, want[i], got[i], "as of %d of %d", position, head)
		}
	}
}

// told is what answers say about names that are shared.
var told = regexp.MustCompile(` Shared(:(true|false)|(Titles|Names):map\[[^]]*\])`)

// seenOf returns all answers of a term about these courses and students.
func seenOf(t *testing.T, term *asked) (seen []string) {
	t.Helper()
	ctx := t.Context()
	note := func(of string, found any, err error) {
		require.NoError(t, err, of)
		// A page of the past compares the names on it, and one of now all names.
		seen = append(seen, fmt.Sprintf("%s: %s", of, told.ReplaceAllString(fmt.Sprintf("%+v", found), "")))
	}
	var tags dcb.Tags
	for _, id := range pastCourses {
		course, known, err := term.Course(ctx, id)
		note(fmt.Sprintf("course %q %v", id, known), course, err)
		without, err := term.StudentsWithoutPlace(ctx, id, "", 2)
		note(fmt.Sprintf("without a place in %q", id), without, err)
		tags = append(tags, id.Tag())
	}
	for _, id := range pastStudents {
		student, known, err := term.Student(ctx, id)
		note(fmt.Sprintf("student %q %v", id, known), student, err)
		places, err := term.PlacesOf(ctx, id)
		note(fmt.Sprintf("places of %q", id), places, err)
		tags = append(tags, id.Tag())
	}
	names, err := term.Names(ctx, tags)
	note("names", names, err)

	for _, size := range []int{1, 3} {
		for _, at := range []Cursor{{}, {After: 1}, {After: 9}, {Before: 9}, {Before: 40}, {After: 1000}} {
			for _, search := range []string{"", "logic", "UNI", "a", "nothing at all"} {
				of := fmt.Sprintf("by %d at %+v with %q", size, at, search)
				all, err := term.Courses(ctx, search, at, size)
				note("courses "+of, written(all), err)
				everybody, err := term.Students(ctx, search, at, size)
				note("students "+of, written(everybody), err)
				all, err = term.CoursesByName(ctx, search, at, size)
				note("courses by name "+of, written(all), err)
				everybody, err = term.StudentsByName(ctx, search, at, size)
				note("students by name "+of, written(everybody), err)
			}
			for _, id := range pastCourses {
				of := fmt.Sprintf("in %q by %d at %+v", id, size, at)
				seats, err := term.Seats(ctx, id, at, size)
				note("seats "+of, written(seats), err)
				waiting, err := term.Waitlist(ctx, id, at, size)
				note("waitlist "+of, written(waiting), err)
			}
		}
	}
	return seen
}

// written writes a page with the values of its cursors, and not their addresses.
func written[R any](page Page[R]) string {
	turn := func(c *Cursor) string {
		if c == nil {
			return "none"
		}
		return fmt.Sprint(*c)
	}
	return fmt.Sprintf("%+v previous %s next %s", page.Rows, turn(page.Previous), turn(page.Next))
}

// A seat that is given back goes to a waiting student in the same append. So a seat is never
// free while a student waits, and no student both waits and has a seat.
func TestTheLogNeverEndedInsideAnAppend(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"})
	b.happen(takes("ada", "algebra"), waits("kofi", "algebra"))
	b.happen(courses.StudentUnsubscribedFromCourse{Student: "ada", Course: "algebra"},
		takes("kofi", "algebra"), courses.StudentLeftWaitlist{Student: "kofi", Course: "algebra"})
	for position, end := range map[int64]int64{0: 0, 1: 3, 2: 3, 3: 3, 4: 5, 5: 5, 6: 8, 7: 8, 8: 8, 9: 8} {
		term, err := asOf(t.Context(), b.log, position)
		require.NoError(t, err)
		require.Equal(t, end, term.Position, "as of %d", position)
		course, _, err := term.Course(t.Context(), "algebra")
		require.NoError(t, err)
		require.Equal(t, map[int64][2]int{3: {0, 0}, 5: {1, 1}, 8: {1, 0}}[end], [2]int{course.SeatsTaken, course.Waiting})
	}
}

func TestAPositionAfterTheEndMeansTheEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	term, err := asOf(t.Context(), b.log, 5)
	require.NoError(t, err)
	assert.Zero(t, term.Position)
	page, err := term.Courses(t.Context(), "", Cursor{}, 9)
	require.NoError(t, err)
	assert.Empty(t, page.Rows, "of an empty log there is nothing to show")

	b.happen(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	term, err = asOf(t.Context(), b.log, 5)
	require.NoError(t, err)
	assert.Equal(t, int64(1), term.Position)
	assert.Zero(t, term.Lag())
	page, err = term.Courses(t.Context(), "", Cursor{}, 9)
	require.NoError(t, err)
	assert.Equal(t, []string{"algebra"}, courseIDs(page.Rows))
}

// Another program may append events that no rule allows.
func TestThePastPassesOverWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.CourseDefined{Course: "algebra", Title: "Algebra again", Capacity: 3},
		courses.CourseDefined{Course: "../x", Title: "X", Capacity: 3},
	)
	tag := courses.CourseID("algebra").Tag()
	b.append(dcb.NewInputEvent("CourseRenamed", dcb.Tags{tag}, []byte(`{"new_title":7}`)),
		dcb.NewInputEvent("CourseDefined", nil, []byte(`"algebra"`)),
		dcb.NewInputEvent("Painted", dcb.Tags{tag}, []byte(`["red"]`)),
		dcb.NewInputEvent("CourseDefined", nil, []byte(`{"course_id":"untagged","title":"U","capacity":1}`)),
		encoded(courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1}),
		encoded(courses.CourseCapacityChanged{Course: "algebra", NewCapacity: 5}))
	term, err := asOf(t.Context(), b.log, 9)
	require.NoError(t, err)
	page, err := term.Courses(t.Context(), "", Cursor{}, 9)
	require.NoError(t, err)
	require.Equal(t, []Course{
		{ID: "algebra", Title: "Algebra again", Capacity: 5, DefinedAt: 1, ChangedAt: 9, Listed: true},
		{ID: "logic", Title: "Logic", Capacity: 1, DefinedAt: 8, ChangedAt: 8, Listed: true},
	}, page.Rows)

	before, err := asOf(t.Context(), b.log, 3)
	require.NoError(t, err)
	page, err = before.Courses(t.Context(), "", Cursor{Before: 9}, 9)
	require.NoError(t, err)
	require.Equal(t, []string{"algebra"}, courseIDs(page.Rows), "later rows are not there, also when paging backwards")
}

// The names at an event are those that a page as of the event has.
func TestTheNamesAtAnEventAreThoseOfThePast(t *testing.T) {
	t.Parallel()
	random := chance(t)
	b := newBench(t)
	var events []dcb.Event
	for len(events) < effort.Times(18, 70) {
		b.askedFor(random)
		var err error
		events, _, err = b.log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
	}
	b.projected()
	var tags dcb.Tags
	var positions []int64
	for _, e := range events {
		tags, positions = append(tags, e.Tags...), append(positions, e.Position)
	}
	for _, from := range []int{0, len(events) / 2} {
		b.viewBothWays(positions[len(positions)-1], func(term *asked) {
			var now Names
			var renamed dcb.Tags
			ask := new(Questions)
			ask.Names(&now, tags)
			ask.Renamed(&renamed, tags, positions[from])
			require.NoError(t, term.ask(t.Context(), ask))
			over, err := ReadNamesOver(t.Context(), b.log, now, renamed, positions[from:])
			require.NoError(t, err)
			for _, position := range positions[from:] {
				requireNamesOf(t, b, position, tags, over.At(position))
			}
		})
	}
}

// requireNamesOf requires that names have those of a page as of a position.
func requireNamesOf(t *testing.T, b *bench, position int64, tags dcb.Tags, got Names) {
	t.Helper()
	earlier, err := asOf(t.Context(), b.log, position)
	require.NoError(t, err)
	want, err := earlier.Names(t.Context(), tags)
	require.NoError(t, err)
	for id, title := range want.Courses {
		require.Equal(t, title, got.Courses[id], "%s as of %d", id, position)
	}
	for id, name := range want.Students {
		require.Equal(t, name, got.Students[id], "%s as of %d", id, position)
	}
}

// In an old log a name may be in plain text although its student was forgotten.
func TestAForgottenStudentHasNoNameAtAnyEvent(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRenamed{Student: "ada", NewName: "Ada B."},
		courses.StudentForgotten{Student: "ada"})
	b.projected()
	over := namesOver(t, b, dcb.Tags{courses.StudentID("ada").Tag()}, 1)
	require.Equal(t, courses.ForgottenName, over.At(1).Student("ada"))
}

func TestNamesAtAnEventAreFoundBehindVeryManyRenamings(t *testing.T) {
	t.Parallel()
	facts := []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 9},
	}
	for i := range 300 {
		facts = append(facts, courses.CourseRenamed{Course: "logic", NewTitle: fmt.Sprint("Logic ", i)})
	}
	b := newBench(t, append(facts, courses.CourseRenamed{Course: "algebra", NewTitle: "Linear Algebra"})...)
	b.projected()
	over := namesOver(t, b, dcb.Tags{courses.CourseID("algebra").Tag()}, 2)
	require.Equal(t, "Linear Algebra", over.Now.Course("algebra"))
	require.Equal(t, "Algebra", over.At(2).Course("algebra"))
}

// namesOver returns the names of tags at an event.
func namesOver(t *testing.T, b *bench, tags dcb.Tags, position int64) (over NamesOver) {
	t.Helper()
	b.view(func(term *asked) {
		var now Names
		var renamed dcb.Tags
		ask := new(Questions)
		ask.Names(&now, tags)
		ask.Renamed(&renamed, tags, position)
		require.NoError(t, term.ask(t.Context(), ask))
		require.Equal(t, tags, renamed)
		var err error
		over, err = ReadNamesOver(t.Context(), b.log, now, renamed, []int64{position})
		require.NoError(t, err)
	})
	return over
}
