package readmodel_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// Pages leave out what they can't make sense of. The operator is told so, and so is who
// looks at what it is about.
func TestWhatCannotBeDecodedIsSaidToBeLeftOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	algebra, ada := courses.CourseID("algebra").Tag(), courses.StudentID("ada").Tag()
	b.append(
		encoded(courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9}),
		dcb.NewInputEvent("CourseRenamed", dcb.Tags{algebra}, []byte(`{"new_title":7}`)),
		dcb.NewInputEvent("StudentSubscribedToCourse", dcb.Tags{algebra, ada}, []byte(`[]`)))

	var said lines
	logger := slog.New(slog.NewTextHandler(&said, nil))
	ctx, cancel := context.WithCancel(t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { b.model.Project(ctx, b.log, logger) })
	b.catchUp()
	cancel()
	projecting.Wait()
	require.NoError(t, b.model.Rebuild(t.Context(), b.log, logger, silent))
	const told = `level=ERROR msg="pages leave out events that can't be read" events=2 first="position 2: `
	require.Equal(t, 2, strings.Count(said.String(), told), "by the projector and by the rebuild: %s", said.String())

	require.NoError(t, b.model.View(t.Context(), func(term *Term) error {
		for tag, want := range map[dcb.Tag]Unread{
			algebra: {"CourseRenamed", 2},
			ada:     {"StudentSubscribedToCourse", 3},
		} {
			unread, there, err := term.Unread(t.Context(), tag)
			require.NoError(t, err)
			require.True(t, there)
			require.Equal(t, want, unread, "the first with %s", tag)
		}
		unread, there, err := term.Unread(t.Context(), courses.CourseID("logic").Tag())
		require.NoError(t, err)
		require.False(t, there)
		require.Zero(t, unread)
		return nil
	}))
	then, err := AsOf(t.Context(), b.log, 3)
	require.NoError(t, err)
	_, there, err := then.Unread(t.Context(), algebra)
	require.NoError(t, err)
	require.False(t, there, "nothing is decided as of then")
}

// Both take a connection out of the pool, and so have to close it.
func TestAProjectorAndARebuildLeaveNoSessionBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	config, err := pgxpool.ParseConfig(b.url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["application_name"] = "at work"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	sessions := func() (n int) {
		const count = `select count(*) from pg_stat_activity where application_name = 'at work' and datname = current_database()`
		require.NoError(t, b.pool.QueryRow(t.Context(), count).Scan(&n))
		return n
	}
	model := New(pool)
	ctx, cancel := context.WithCancel(t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { model.Project(ctx, b.log, logger(t)) })
	b.catchUp()
	require.NoError(t, model.Rebuild(t.Context(), b.log, logger(t), silent))
	require.Positive(t, sessions())
	cancel()
	projecting.Wait()
	pool.Close()
	require.Eventually(t, func() bool { return sessions() == 0 }, aWhile, interval)
}
