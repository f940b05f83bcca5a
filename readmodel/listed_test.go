package readmodel_test

import (
	"database/sql"
	"net/url"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
	. "go-crablet/readmodel"
)

// someListed appends courses and students of races, with the tag and from before there was one,
// and others that look similar. It returns the ids that lists show, of courses and students.
func (b *bench) someListed() []string {
	b.t.Helper()
	made := func(id, correlationID string, more ...dcb.Tag) {
		for _, fact := range dcb.WithTags(dcb.Facts(
			courses.CourseDefined{Course: courses.CourseID(id), Title: "A title", Capacity: 3},
			courses.StudentRegistered{Student: courses.StudentID(id), Name: "A name"},
			takes(courses.StudentID(id), courses.CourseID(id)),
		), more...) {
			b.appendAs(correlationID, encoded(fact))
		}
	}
	const request = "0198c5a6-7b21-7cc4-9d38-0a4f2f1e6b11"
	made("race-abcdefgh27-course-1", "race-abcdefgh27", "race:abcdefgh27")
	made("race-abcdefgh27-course-2", "race-abcdefgh27")       // as it was stored before
	made("race-conditions-part-2", request, "request:1")      // through the form
	made("race-abcdefgh27-course-3", request)                 // by somebody who has seen the ids of a race
	made("race-abcdefgh27-course-4", "race-zyxwvutsrq")       // another race would not
	made("race-abcdefgh27-course-5", "")                      // a program without requests
	made("race-abcdefgh27-course", "race-abcdefgh27")         // not an id that a race makes
	made("logic", "a job", "race:2 of them", "race-abcdefgh") // whoever adds the tag hides it
	made("algebra", "", "races:abcdefgh27")
	// Later events change nothing about what lists show.
	made("algebra", "race-abcdefgh27", "race:abcdefgh27")
	made("race-conditions-part-2", "race-conditions")
	made("race-abcdefgh27-course-1", request)
	made("race-abcdefgh27-course-2", request)
	return []string{
		"race-conditions-part-2", "race-abcdefgh27-course-3", "race-abcdefgh27-course-4", "race-abcdefgh27-course-5",
		"race-abcdefgh27-course", "algebra",
	}
}

// A race makes hundreds of courses and students, which no list should show.
func TestListsLeaveOutWhatWasMadeForARaceAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	want := b.someListed()
	head := b.happen(courses.CourseDefined{Course: "empty", Title: "Empty", Capacity: 1})
	b.projected()
	lists := func(term *asked) {
		all, err := term.Courses(t.Context(), "", Cursor{}, 99)
		require.NoError(t, err)
		assert.Equal(t, append(want, "empty"), courseIDs(all.Rows))
		found, err := term.Courses(t.Context(), "race", Cursor{}, 99)
		require.NoError(t, err)
		assert.Equal(t, want[:5], courseIDs(found.Rows))
		everybody, err := term.Students(t.Context(), "", Cursor{}, 99)
		require.NoError(t, err)
		assert.Equal(t, want, studentIDs(everybody.Rows))
		without, err := term.StudentsWithoutPlace(t.Context(), "empty", "", 99)
		require.NoError(t, err)
		assert.Equal(t, want, studentIDs(without))

		for _, id := range []courses.CourseID{"race-abcdefgh27-course-1", "race-abcdefgh27-course-2", "logic"} {
			course, known, err := term.Course(t.Context(), id)
			require.NoError(t, err)
			require.True(t, known, "%s has a page", id)
			assert.False(t, course.Listed)
			assert.Equal(t, 1, course.SeatsTaken)
			seats, err := term.Seats(t.Context(), id, Cursor{}, 9)
			require.NoError(t, err)
			assert.Equal(t, []string{string(id)}, memberIDs(seats.Rows))
		}
	}
	t.Run("as they went along", func(t *testing.T) { b.view(lists) })
	t.Run("as of a position", func(t *testing.T) {
		term, err := asOf(t.Context(), b.log, head)
		require.NoError(t, err)
		lists(term)
	})
	t.Run("made again", func(t *testing.T) {
		require.NoError(t, b.rebuild(silent))
		b.view(lists)
	})
}

// The tables and the log are older than the tag of races.
func TestRowsThatWereThereAreListedAsARebuildListsThem(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(pgtest.URL(t))
	require.NoError(t, err)
	today := openBench(t, address.String())
	today.someListed()
	for random := chance(t); len(today.projected().Places) < 9; {
		today.appendAs(anyone(random), anything(random, 50)...)
	}
	want := today.tables()

	query := address.Query()
	query.Set("search_path", "older")
	address.RawQuery = query.Encode()
	db, err := sql.Open("pgx", address.String())
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	exec := func(sql string) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), sql)
		require.NoError(t, err)
	}
	exec(`create schema older`)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files)
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), 6)
	require.NoError(t, err)
	const (
		ofEvent   = `position, id, type, tags, data, causation_id, correlation_id, recorded_at`
		ofCourse  = `generation, id, title, folded, capacity, seats_taken, waiting, archived, defined_at, changed_at`
		ofStudent = `generation, id, name, folded, courses_taken, registered_at, changed_at`
	)
	exec(`insert into dcb_event (` + ofEvent + `) select ` + ofEvent + ` from public.dcb_event`)
	exec(`insert into dcb_event_tag select * from public.dcb_event_tag`)
	exec(`insert into read_course (` + ofCourse + `) select ` + ofCourse + ` from public.read_course`)
	exec(`insert into read_student (` + ofStudent + `) select ` + ofStudent + ` from public.read_student`)
	exec(`insert into read_place select * from public.read_place`)
	exec(`update read_generation set position = (select max(position) from dcb_event)`)
	_, err = provider.Up(t.Context())
	require.NoError(t, err)

	older := openBench(t, address.String())
	require.Equal(t, want, older.tables())
	require.NoError(t, older.rebuild(silent))
	require.Equal(t, want, older.tables())

	_, err = db.ExecContext(t.Context(), `insert into read_student (`+ofStudent+`) values (1, 'x', 'X', 'x x', 0, 1, 1)`)
	require.ErrorContains(t, err, "listed", "a projector of an older version writes nothing")
}
