package readmodel_test

import (
	"database/sql"
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

// calledAlike returns a bench with two who are called the same, and with others who are not.
func calledAlike(t *testing.T) *bench {
	b := newBench(t,
		courses.StudentRegistered{Student: "jose", Name: "José"},
		courses.StudentRegistered{Student: "jose-2", Name: "  jose "},
		courses.StudentRegistered{Student: "josefa", Name: "Josefa"},
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.CourseDefined{Course: "algebra-2", Title: "ALGEBRA", Capacity: 9},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 9},
		takes("jose", "algebra"), takes("jose-2", "algebra"), takes("josefa", "algebra"), takes("jose", "logic"))
	race := courses.RaceID("abcdefgh27").Tag()
	for _, fact := range dcb.WithTags(dcb.Facts(courses.StudentRegistered{Student: "contender", Name: "Josefa"}), race) {
		b.append(encoded(fact))
	}
	return b
}

func TestTheFirstWhoIsCalledLikeANewOneIsFound(t *testing.T) {
	t.Parallel()
	b := calledAlike(t)
	b.projected()
	var ask Questions
	var jose, josefa, nobody courses.StudentID
	var algebra, none courses.CourseID
	ask.StudentCalled(&jose, "JOSÉ")
	ask.StudentCalled(&josefa, "josefa")
	ask.StudentCalled(&nobody, "Jos")
	ask.CourseCalled(&algebra, " algebra ")
	ask.CourseCalled(&none, "Algebra 2")
	_, err := b.model.Ask(t.Context(), &ask)
	require.NoError(t, err)
	require.Equal(t, []courses.StudentID{"jose", "josefa", ""}, []courses.StudentID{jose, josefa, nobody})
	require.Equal(t, []courses.CourseID{"algebra", ""}, []courses.CourseID{algebra, none})
}

func TestTheIDStandsBesideANameThatTwoHave(t *testing.T) {
	t.Parallel()
	b := calledAlike(t)
	b.projected()
	b.viewBothWays(11, func(term *asked) {
		students, err := term.Students(t.Context(), "", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"José (jose)", "  jose  (jose-2)", "Josefa"}, calls(students.Rows))
		all, err := term.Courses(t.Context(), "", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"Algebra (algebra)", "ALGEBRA (algebra-2)", "Logic"}, calls(all.Rows))
		without, err := term.StudentsWithoutPlace(t.Context(), "algebra-2", "", 9)
		require.NoError(t, err)
		assert.Equal(t, calls(students.Rows), calls(without))
		seats, err := term.Seats(t.Context(), "algebra", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, calls(students.Rows), calls(seats.Rows))
		names, err := term.Names(t.Context(), dcb.Tags{"student_id:jose", "student_id:jose-2", "student_id:josefa", "course_id:algebra", "course_id:algebra-2"})
		require.NoError(t, err)
		assert.Equal(t, "José (jose)", names.Student("jose"))
		assert.Equal(t, "José (jose)", names.Stored("jose"))
		assert.Equal(t, "Pepe (jose)", names.Named("jose", "Pepe"), "a name of before")
		assert.Equal(t, "Josefa", names.Student("josefa"))
		assert.Equal(t, "Algebra (algebra)", names.Course("algebra"))
	})
	b.view(func(term *asked) { // one of them alone is not enough for a page of the past
		places, err := term.PlacesOf(t.Context(), "jose")
		require.NoError(t, err)
		assert.Equal(t, []string{"Algebra (algebra)", "Logic"}, calls(places))
		jose, _, err := term.Student(t.Context(), "jose")
		require.NoError(t, err)
		assert.Equal(t, "José (jose)", jose.Called())
		contender, _, err := term.Student(t.Context(), "contender")
		require.NoError(t, err)
		assert.Equal(t, "Josefa", contender.Called(), "the contenders of races share no names")
	})
}

// The tables change with the log, so a name is told with the id as long as two have it.
func TestANameThatIsGivenUpIsToldWithoutTheID(t *testing.T) {
	t.Parallel()
	b := calledAlike(t)
	b.project()
	b.happen(courses.StudentRenamed{Student: "jose-2", NewName: "Pepe"}, courses.CourseRenamed{Course: "logic", NewTitle: "algebra"})
	b.catchUp()
	b.view(func(term *asked) {
		students, err := term.Students(t.Context(), "", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"José", "Pepe", "Josefa"}, calls(students.Rows))
		all, err := term.Courses(t.Context(), "", Cursor{}, 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"Algebra (algebra)", "ALGEBRA (algebra-2)", "algebra (logic)"}, calls(all.Rows))
	})
}

func calls[R interface{ Called() string }](rows []R) []string {
	called := make([]string, len(rows))
	for i, row := range rows {
		called[i] = row.Called()
	}
	return called
}

func TestANameFromRightToLeftIsKeptApart(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "\u2068\u05e9\u05dc\u05d5\u05dd\u2069 (shalom)", Student{ID: "shalom", Name: "\u05e9\u05dc\u05d5\u05dd", Shared: true}.Called())
	assert.Equal(t, "\u2068Ada \u0639\u0644\u064a\u2069", Student{ID: "ada", Name: "Ada \u0639\u0644\u064a"}.Called())
	assert.Equal(t, "Zoë 李雷", Student{ID: "zoe", Name: "Zoë 李雷"}.Called())
}

// Each letter of the table, in capitals, too, and letters of accents and ligatures.
func TestFoldedReadsLettersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Øst Ærø łÓDŹ Đorđe Þór ÆÐELRED": "ost aero lodz dorde thor aedelred",
		"Œuvre, Straße, ŊIĦ, Ŧ, ılgaz":   "oeuvre, strasse, nih, t, ilgaz",
		"Əli Ɓala Ɗan Ƙofa Ƴar ǾRE Ǽ":    "eli bala dan kofa yar ore ae",
		"O’Brien ‘quoted’ Hawaiʼi O＇x":   "o'brien 'quoted' hawai'i o'x",
	} {
		assert.Equal(t, want, Folded(text))
	}
}

// Names are the same if a reader could take one for the other. The joiners show nothing between
// most letters, and a filler shows a blank.
func TestWhatShowsNothingMakesNoOtherName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Zed\u200d Twin", "Z\u200ced Twin", "Zed\u3164Twin", "Zed\u2800Twin", "Zed\u115fTwin", "Zed Twin\uffa0"} {
		assert.Equal(t, "zed twin", Folded(name), "%+q", name)
	}
}

// Rows that an older version wrote are searched as if they were new.
func TestOlderRowsAreFoldedAsNewOnes(t *testing.T) {
	t.Parallel()
	const name = "ø\u200dł\u1160đð\u2800\u1160ħŧıŋəɓɗƙƴ’‘ʼæœþ"
	db, err := sql.Open("pgx", pgtest.Empty(t, ""))
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files)
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), 17)
	require.NoError(t, err)
	exec := func(sql string) {
		_, err := db.ExecContext(t.Context(), sql)
		require.NoError(t, err)
	}
	exec(`insert into read_course values (1, 'TT-2', '` + name + `', '` + name + ` tt-2', 1, 0, 0, false, 1, 1, true)`)
	exec(`insert into read_student values (1, 'ada', '` + name + `', '` + name + ` ada', 0, 1, 1, true, '', false)`)
	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	for table, id := range map[string]string{"read_course": "tt-2", "read_student": "ada"} {
		var folded, named string
		require.NoError(t, db.QueryRowContext(t.Context(), `select folded, named from `+table).Scan(&folded, &named))
		assert.Equal(t, Folded(name), named)
		assert.Equal(t, Folded(name)+" "+id, folded)
	}
}
