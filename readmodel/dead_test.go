package readmodel_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	. "go-crablet/readmodel"
)

// longest is the promise of Project about a process that was killed, hangs or has vanished,
// with some time for a slow machine.
const longest = 20 * time.Second

// Nobody ends the connections to a machine that was replaced. A process that stands by on such
// a connection could wait for an answer for ever.
func TestWhoStandsByOnADeadConnectionTakesOver(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	current := b.start("project")
	b.untilProjects(current)
	b.catchUp()
	line := pgtest.NewLine(t, b.url)
	far := openBench(t, line.URL)
	standby := b.startAt(line.URL, "project")
	b.untilStandsBy(standby)

	line.Silence()
	line.Speak() // on new connections
	current.kill()
	began := time.Now()
	b.untilProjects(standby)
	require.Less(t, time.Since(began), longest)
	b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Algebra II"})
	b.catchUp()

	// Await gets its answer, too.
	require.Eventually(t, func() bool {
		shown, err := far.model.Await(t.Context(), 1, time.Second)
		return shown && err == nil
	}, longest, interval)
}

// A rebuild that is stopped in its swap holds a lock that projectors need. The server ends its
// transaction.
func TestARebuildThatIsStoppedInItsSwapHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	projector := b.start("project")
	b.untilProjects(projector)
	b.catchUp()

	held, err := b.pool.Begin(t.Context())
	require.NoError(t, err)
	defer held.Rollback(context.Background())
	_, err = held.Exec(t.Context(), `select from read_generation where serving for update`)
	require.NoError(t, err)
	rebuilding := b.start("rebuild")
	swaps := func(how string) func() bool {
		return func() bool {
			var is bool
			const asks = `select exists (select from pg_stat_activity where application_name = $1 and $2 in (state, wait_event_type))`
			require.NoError(t, b.pool.QueryRow(t.Context(), asks, rebuilding.name, how).Scan(&is))
			return is
		}
	}
	require.Eventually(t, swaps("Lock"), aWhile, interval, "the swap waits for the row")
	rebuilding.signal(syscall.SIGSTOP)
	require.NoError(t, held.Rollback(t.Context()))
	require.Eventually(t, swaps("idle in transaction"), aWhile, interval, "it has the row, and is stopped")

	last := b.happen(courses.CourseRenamed{Course: "algebra", NewTitle: "Algebra II"})
	shown, err := b.model.Await(t.Context(), last, longest)
	require.NoError(t, err)
	require.True(t, shown, "pages go on")
	again := b.model.Rebuild(t.Context(), b.log, logger(t), silent)
	require.NoError(t, again, "and another rebuild takes over")
}

// A rebuild makes the tables from the log, whatever is left of them.
func TestARebuildMakesTheTablesFromNothing(t *testing.T) {
	t.Parallel()
	leftovers := map[string]string{
		"nothing serves":            `update read_generation set serving = false`,
		"no row of a generation":    `delete from read_generation`,
		"no rows at all":            `truncate read_generation, read_lease, read_course, read_student, read_place`,
		"rows of the next":          `insert into read_place select generation + 1, student_id, course_id, waiting, since from read_place; delete from read_generation`,
		"no lease":                  `delete from read_lease`,
		"no table of places":        `drop table read_place`,
		"no table of generations":   `drop table read_generation`,
		"no table of the lease":     `drop table read_lease`,
		"no tables":                 `drop table read_generation, read_lease, read_course, read_student, read_place`,
		"not all columns":           `alter table read_generation drop column recorded_at`,
		"a column of an older time": `alter table read_student drop column listed`,
	}
	for name, leave := range leftovers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.append(anything(chance(t), 300)...)
			want := b.projected()
			b.exec(leave)
			require.NoError(t, b.rebuild(silent))
			assert.Equal(t, want, b.tables())
			b.append(anything(chance(t), 30)...)
			assert.Equal(t, b.folded(), b.projected())
		})
	}
}

func TestTwoRebuildsFromNothingMakeTheTablesOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(anything(chance(t), 300)...)
	want := b.projected()
	b.exec(`drop table read_generation, read_lease, read_course, read_student, read_place`)
	ends := make(chan error)
	for range 4 {
		go func() { ends <- b.rebuild(silent) }()
	}
	done := 0
	for range 4 {
		if err := <-ends; err == nil {
			done++
		} else {
			require.ErrorIs(t, err, ErrRebuilding)
		}
	}
	require.NotZero(t, done)
	require.Equal(t, want, b.tables())
}

// An operator who empties the tables of a running application has to do nothing else.
func TestAProjectorFillsEmptyTables(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(anything(chance(t), 300)...)
	b.project()
	b.catchUp()
	want := b.tables()
	b.exec(`truncate read_generation, read_lease, read_course, read_student, read_place`)
	look(b, func(term *asked) (struct{}, error) {
		require.Equal(t, want.Position, term.Head)
		require.True(t, term.Position == 0 || term.Lag() == 0, "pages say that they are behind, until they are not")
		return struct{}{}, nil
	})
	b.append(anything(chance(t), 1)...)
	b.catchUp()
	require.Equal(t, b.folded(), b.tables())
}
