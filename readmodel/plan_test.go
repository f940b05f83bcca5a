package readmodel_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// The log has a few events, on one page. To read that page as a whole is the cheapest then;
// but the log grows, and a connection keeps its plans.
func TestNoPlanReadsAYoungLogAsAWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	config, err := pgxpool.ParseConfig(b.url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["application_name"] = "young"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	model := New(pool)
	ctx, cancel := context.WithCancel(t.Context())
	var projecting sync.WaitGroup
	projecting.Go(func() { model.Project(ctx, b.log, logger(t)) })
	for i := range 20 {
		id := courses.StudentID(fmt.Sprint("student-", i))
		position := b.happen(courses.StudentRegistered{Student: id, Name: "Ada"})
		shown, err := model.Await(t.Context(), position, aWhile)
		require.NoError(t, err)
		require.True(t, shown)
		require.NoError(t, model.View(t.Context(), func(term *Term) error {
			_, there, err := term.Student(t.Context(), id)
			require.True(t, there)
			return err
		}))
	}
	cancel()
	projecting.Wait()
	pool.Close() // what a server process has counted is known when it has ended
	require.Eventually(t, func() bool {
		var left int
		require.NoError(t, b.pool.QueryRow(t.Context(), `select count(*) from pg_stat_activity where application_name = 'young' and datname = current_database()`).Scan(&left))
		return left == 0
	}, aWhile, time.Millisecond)
	var scans int
	require.NoError(t, b.pool.QueryRow(t.Context(), `select seq_scan from pg_stat_user_tables where relname = 'dcb_event'`).Scan(&scans))
	require.Zero(t, scans)
}
