package readmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	. "go-crablet/readmodel"
)

func TestTheTablesAreWhatTheLogSaysInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			openBench(t, pgtest.WithExecMode(pgtest.URL(t), mode)).isRight()
		})
	}
}

func TestTheTablesAreWhatTheLogSaysWhateverTheDatabasePrefers(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{
		"default_transaction_read_only = on",
		"default_transaction_isolation = serializable",
		"standard_conforming_strings = off",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			pgtest.Configure(t, url, setting)
			openBench(t, url).isRight()
		})
	}
}

// isRight projects, asks and rebuilds, and requires that all of it is right.
func (b *bench) isRight() {
	b.t.Helper()
	random := chance(b.t)
	b.appendAs("", encoded(courses.CourseDefined{Course: "listed", Title: "Listed", Capacity: 1}), encoded(courses.StudentRegistered{Student: "listed", Name: "Listed"}))
	for range 8 {
		b.appendAs(anyone(random), anything(random, 50)...)
	}
	want := b.projected()
	require.Equal(b.t, b.folded(), want)
	require.NoError(b.t, b.rebuild(silent))
	require.Equal(b.t, want, b.tables())
	b.view(func(term *asked) {
		b.answers(term, want)
	})
}

// answers asks every question about the content of the tables.
func (b *bench) answers(ask *asked, of picture) {
	b.t.Helper()
	ctx := b.t.Context()
	listed, err := ask.Courses(ctx, "", Cursor{}, 100)
	require.NoError(b.t, err)
	require.NotEmpty(b.t, listed.Rows)
	students, err := ask.Students(ctx, "", Cursor{}, 100)
	require.NoError(b.t, err)
	require.NotEmpty(b.t, students.Rows)
	for _, course := range of.Courses {
		found, ok, err := ask.Course(ctx, course.ID)
		require.NoError(b.t, err)
		require.True(b.t, ok)
		course.Shared = of.sharesTitle(course)
		require.Equal(b.t, course, found)
		seats, err := ask.Seats(ctx, course.ID, Cursor{}, 100)
		require.NoError(b.t, err)
		require.Len(b.t, seats.Rows, course.SeatsTaken)
		waiting, err := ask.Waitlist(ctx, course.ID, Cursor{}, 100)
		require.NoError(b.t, err)
		require.Len(b.t, waiting.Rows, course.Waiting)
		_, err = ask.StudentsWithoutPlace(ctx, course.ID, "", 100)
		require.NoError(b.t, err)
		names, err := ask.Names(ctx, dcb.Tags{course.ID.Tag()})
		require.NoError(b.t, err)
		require.Equal(b.t, course.Called(), names.Course(course.ID))
	}
	for _, student := range of.Students {
		found, ok, err := ask.Student(ctx, student.ID)
		require.NoError(b.t, err)
		require.True(b.t, ok)
		student.Shared = of.sharesName(student)
		require.Equal(b.t, student, found)
		_, err = ask.PlacesOf(ctx, student.ID)
		require.NoError(b.t, err)
	}
}
