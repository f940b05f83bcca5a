//go:build linux || darwin

package pgpair_test

import (
	"context"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgpair"
)

const isPrimary = `select not pg_is_in_recovery()`

func ask[T any](t *testing.T, url, sql string) (value T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}

func TestAPairLeadsToTheNewPrimaryAfterAPromotion(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]pgpair.Mode{"fast": pgpair.Fast, "immediate": pgpair.Immediate, "kill": pgpair.Kill} {
		t.Run("when the old one was stopped "+name, func(t *testing.T) {
			t.Parallel()
			pair := pgpair.New(t)
			pair.Primary.Exec(t, `create table kept (n int)`)
			pair.CatchUp(t)
			pair.Cut(t)
			pair.Primary.Exec(t, `insert into kept values (1)`)
			pair.Primary.Stop(t, mode)
			_, err := net.ListenPacket("udp", pair.Primary.Address())
			require.ErrorIs(t, err, syscall.EADDRINUSE, "no other pair can have its port meanwhile")
			asked := time.Now().Truncate(time.Millisecond) // as a log has it
			pair.Promote(t)
			require.True(t, ask[bool](t, pair.URL(), isPrimary))
			require.WithinRange(t, pair.PromotedAt(t), asked, time.Now())
			require.Zero(t, ask[int](t, pair.URL(), `select count(*) from kept`), "the standby had not got it")

			pair.Primary.Start(t)
			require.True(t, ask[bool](t, pair.Primary.URL(), isPrimary), "as it was")
			require.Equal(t, 1, ask[int](t, pair.Primary.URL(), `select count(*) from kept`))
			require.True(t, ask[bool](t, pair.Standby.URL(), isPrimary), "both are")
		})
	}
}

func TestNothingOfAPairIsLeftAfterItsTest(t *testing.T) {
	t.Parallel()
	var addresses, directories []string
	t.Run("a pair", func(t *testing.T) {
		pair := pgpair.New(t)
		for _, server := range []*pgpair.Server{pair.Primary, pair.Standby} {
			addresses = append(addresses, server.Address())
			directories = append(directories, ask[string](t, server.URL(), `show data_directory`))
		}
	})
	for i, directory := range directories {
		require.NoDirExists(t, filepath.Dir(directory))
		_, err := net.Dial("tcp", addresses[i])
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
}

func TestAStandbyFollowsUntilTheLinkIsCut(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	pair.Primary.Exec(t, `create table kept (n int)`, `insert into kept values (1)`)
	pair.CatchUp(t)
	require.Equal(t, 1, ask[int](t, pair.Standby.URL(), `select count(*) from kept`))
	require.Zero(t, ask[int](t, pair.Standby.URL(), `select count(*) from dcb_event`))

	pair.Cut(t)
	pair.Primary.Exec(t, `insert into kept values (2)`)
	pair.Relink(t)
	pair.CatchUp(t)
	require.Equal(t, 2, ask[int](t, pair.Standby.URL(), `select count(*) from kept`))
}

func TestANameLeadsToOneServerOrToBoth(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	name := pair.Name(t)
	conn, err := pgx.Connect(t.Context(), name.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	name.LeadsTo(pair.Standby)
	_, err = pgx.Connect(t.Context(), name.URL())
	require.ErrorContains(t, err, "read only connection")
	require.NoError(t, conn.Ping(t.Context()), "it leads where it led")

	pair.Promote(t)
	name.LeadsTo(pair.Primary, pair.Standby)
	reached := map[int]bool{}
	for range 100 {
		reached[ask[int](t, name.URL(), `select inet_server_port()`)] = true
	}
	require.Len(t, reached, 2)
	name.Cut()
	require.Error(t, conn.Ping(t.Context()))
}

func TestASynchronousPairCommitsWhenTheStandbyHasIt(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	pair.Synchronous(t, true)
	pair.Primary.Exec(t, `create table kept (n int)`)
	pair.Standby.Stop(t, pgpair.Fast)
	pool, err := pgxpool.New(t.Context(), pair.URL())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	done := make(chan error, 1)
	go func() {
		_, err := pool.Exec(t.Context(), `insert into kept values (1)`)
		done <- err
	}()
	pair.Primary.Await(t, `select exists (select from pg_stat_activity where wait_event = 'SyncRep')`)
	require.Empty(t, done)
	pair.Standby.Start(t)
	require.NoError(t, <-done)
}

func TestAPrimaryCanBeFrozen(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	conn, err := pgx.Connect(t.Context(), pair.URL())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	pair.Primary.Freeze(t)
	done := make(chan error, 1)
	go func() { done <- conn.Ping(t.Context()) }()
	select {
	case err := <-done:
		require.Fail(t, "it answered", "%v", err)
	case <-time.After(300 * time.Millisecond): // no proof, but what there is to see of nothing
	}
	pair.Primary.Thaw(t)
	require.NoError(t, <-done)
}

func TestAPairIsReachedWhateverTheEnvironmentSays(t *testing.T) {
	for name, value := range map[string]string{
		"PGSERVICE": "nonsense", "PGSERVICEFILE": "/nonsense", "PGTARGETSESSIONATTRS": "primary", "PGOPTIONS": "-c default_transaction_read_only=on",
		"PGTZ": "Asia/Tokyo", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/nonsense", "PGREQUIREAUTH": "none", "PGPASSWORD": "nonsense",
	} {
		t.Setenv(name, value)
	}
	pair := pgpair.New(t)
	require.False(t, ask[bool](t, pair.Standby.URL(), isPrimary))
	for _, url := range []string{pair.URL(), pair.AnyURL(), pair.Name(t).URL()} {
		require.True(t, ask[bool](t, url, isPrimary))
		require.Equal(t, "off UTC", ask[string](t, url, "select current_setting('default_transaction_read_only') || ' ' || current_setting('timezone')"))
	}
}
