//go:build unix

package e2e

import (
	"net/http"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Behind a pooler that shares sessions everything works, and a session has nothing of the
// program in it when somebody else gets it: no lock, no channel, no setting, nothing
// prepared. It is the same while the program runs and when it has ended.
func TestTheProgramWorksBehindAPooler(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	for _, mode := range []string{"", "cache_describe", "exec", "simple_protocol"} {
		t.Run("in the mode "+mode, func(t *testing.T) {
			t.Parallel()
			direct := pgtest.URL(t)
			database := pooler.Through(direct)
			if mode != "" {
				database = pgtest.WithExecMode(database, mode)
			}
			app := requireAllWorks(t, database, direct)
			require.Empty(t, pooler.LeftBehind(t, database))
			require.Zero(t, app.stop(syscall.SIGTERM), "exit code")
			require.Empty(t, pooler.LeftBehind(t, database))
		})
	}
}

// In this mode a statement is described in one transaction and carried out in another, by
// then perhaps in another session. There it may be the statement of somebody else.
func TestTheModeThatIsNotSafeBehindAPoolerIsRefused(t *testing.T) {
	t.Parallel()
	database := pgtest.WithExecMode(pgtest.StartPooler(t).Through(pgtest.URL(t)), "describe_exec")
	require.Equal(t, "there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there: leave it out of DATABASE_URL",
		failure(t, []string{"DATABASE_URL=" + database}, "-addr", "127.0.0.1:0", "-data", dataDir(t)))
}

// The mode statement takes what is sent at once, such as most appends, and refuses what follows the log.
func TestAPoolerThatTakesNoTransactionsIsRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, "there is a connection pooler in front of the database that takes no transactions: set its pool_mode to transaction",
		failure(t, []string{"DATABASE_URL=" + pgtest.StartPooler(t).TakesNoTransactions()}, "-addr", "127.0.0.1:0", "-data", dataDir(t)))
}

// Two processes behind a pooler sell each seat once.
func TestTwoProcessesBehindAPoolerSellTheSeatsThereAre(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	direct := pgtest.URL(t)
	env := []string{"DATABASE_URL=" + pooler.Through(direct)}
	args := []string{"-data", dataDir(t), "-sample=false", "-write-rate", "0"}
	apps := []*process{start(t, env, args...), start(t, env, args...)}
	s := newService(t, apps[0].url)
	applicants := s.openTerm()
	other := newService(t, apps[1].url)
	var callers sync.WaitGroup
	for i, a := range applicants {
		if i%2 == 1 {
			a.service = other
		}
		callers.Go(func() {
			for _, course := range a.wants {
				a.take(course)
			}
		})
	}
	callers.Wait()
	require.Equal(t, narrowCourses*narrowSeats+wideStudents*10, count(t, direct, `select count(*) from dcb_event where type = 'StudentSubscribedToCourse'`))
	require.Equal(t, narrowCourses, count(t, direct, `select count(*) from (
		select tag from dcb_event_tag
		where type = 'StudentSubscribedToCourse' and tag like 'course_id:narrow-%' group by tag having count(*) = 3) as full_course`))
	require.Empty(t, pooler.LeftBehind(t, env[0][len("DATABASE_URL="):]))
	for _, app := range apps {
		require.Equal(t, http.StatusOK, app.health())
	}
}

func TestMigrationsBehindAPooler(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	direct := pgtest.Empty(t, "")
	database := pooler.Through(direct)
	require.Equal(t, "look for migrations: the database has to be migrated, which takes a direct connection, and there is a connection pooler in between: "+
		`run "webapp migrate" once with a DATABASE_URL that leads to the server itself`,
		failure(t, []string{"DATABASE_URL=" + database}, "-addr", "127.0.0.1:0", "-data", dataDir(t)))
	require.Zero(t, count(t, direct, `select count(*) from pg_tables where schemaname = 'public'`))

	require.NoError(t, command(t, []string{"DATABASE_URL=" + direct}, "migrate").Run())
	output, err := command(t, []string{"DATABASE_URL=" + database}, "migrate").Output()
	require.NoError(t, err)
	require.Equal(t, "applied 0 migrations\n", string(output), "there is nothing to do")
	require.Empty(t, pooler.LeftBehind(t, database))
}
