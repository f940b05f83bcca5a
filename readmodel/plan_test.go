package readmodel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// While a table has few rows, the cheapest plan is to read all of it. But tables grow, and a
// connection keeps its plans.
func TestNoPlanReadsAYoungTableAsAWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	config, err := pgxpool.ParseConfig(b.url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["application_name"] = "young"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	model := New(pool)
	end := b.projectAs(model, b.log, logger(t))
	for i := range 20 {
		id := courses.StudentID(fmt.Sprint("student-", i))
		for _, facts := range [][]dcb.Fact{
			{courses.StudentRegistered{Student: id, Name: "Ada"}, courses.StudentSubscribedToCourse{Student: id, Course: "algebra"}},
			{courses.StudentUnsubscribedFromCourse{Student: id, Course: "algebra"}},
			{courses.StudentSubscribedToCourse{Student: id, Course: "algebra"}},
		} {
			shown, err := model.Await(t.Context(), b.happen(facts...), aWhile)
			require.NoError(t, err)
			require.True(t, shown)
		}
		var ask Questions
		var student Student
		var seats Page[Member]
		ask.Student(&student, id)
		ask.Seats(&seats, "algebra", Cursor{}, 5)
		_, err := model.Ask(t.Context(), &ask)
		require.NoError(t, err)
		require.Equal(t, id, student.ID)
	}
	var ask Questions
	for _, at := range []Cursor{{}, {After: 5}, {Before: 9}} {
		ask.CoursesByName(new(Page[Course]), "a", at, 5)
		ask.StudentsByName(new(Page[Student]), "a", at, 5)
	}
	_, err = model.Ask(t.Context(), &ask)
	require.NoError(t, err)
	end()
	pool.Close() // a server process publishes its counts when it ends
	require.Eventually(t, func() bool {
		var left int
		require.NoError(t, b.pool.QueryRow(t.Context(), `select count(*) from pg_stat_activity where application_name = 'young' and datname = current_database()`).Scan(&left))
		return left == 0
	}, aWhile, time.Millisecond)
	rows, _ := b.pool.Query(t.Context(), `select relname::text from pg_stat_user_tables
		where seq_scan > 0 and relname in ('dcb_event', 'read_course', 'read_student', 'read_place')`)
	scanned, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Empty(t, scanned)
}
