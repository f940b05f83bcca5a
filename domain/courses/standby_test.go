//go:build linux || darwin

package courses_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgpair"
)

// If the wait for the standby is cancelled, a commit can be seen on the primary, and no
// standby has it. A request that finds it there is not acknowledged before the standby has
// it, too.
func TestARequestThatComesAgainIsAcknowledgedWhenTheStandbyHasIt(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	pair.Synchronous(t, true)
	one := openLog(t, connect(t, pair.Primary.URL()), algebra, ada)
	another := openLog(t, connect(t, pair.Primary.URL()))
	pair.Standby.Stop(t, pgpair.Fast)
	watch, err := pgx.Connect(t.Context(), pair.Primary.URL())
	require.NoError(t, err)
	defer watch.Close(t.Context())
	waitsForStandby := func(done chan error) (pid int) {
		require.Eventually(t, func() bool {
			const waits = `select pid from pg_stat_activity where wait_event = 'SyncRep'`
			return len(done) > 0 || watch.QueryRow(t.Context(), waits).Scan(&pid) == nil
		}, time.Minute, time.Millisecond)
		require.Empty(t, done, "it has an outcome, and no standby has the event")
		return pid
	}
	ask := func(log dcb.Log) chan error {
		done := make(chan error, 1)
		go func() {
			done <- SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"}.Decide(t.Context(), log)
		}()
		return done
	}

	once := ask(one)
	// An operator cancels the wait: PostgreSQL then warns, and reports success.
	_, err = watch.Exec(t.Context(), `select pg_cancel_backend($1)`, waitsForStandby(once))
	require.NoError(t, err)
	require.NoError(t, <-once)
	again := ask(another)
	waitsForStandby(again)
	pair.Standby.Start(t)
	require.NoError(t, <-again)
}
