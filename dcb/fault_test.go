package dcb

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestABatchIsTriedAgainAfterWhatMayPass(t *testing.T) {
	after := func(err error, attempt int) bool { return (&committer{}).mayTryAgain(err, attempt) }
	for code, again := range map[string]bool{
		"55P03": true, // the wait for the lock was too long
		"0A000": true, // a plan was stale
		"26000": true, // so was a prepared statement
		"57014": false,
	} {
		require.Equal(t, again, after(&pgconn.PgError{Code: code}, 99), code)
	}
	require.True(t, after(errLost, mostConnections-1))
	require.False(t, after(errLost, mostConnections))
	require.False(t, after(errors.Join(ErrUnknownOutcome, errLost), 1), "it may be stored")
}

// What the store asks, and whether it knows then that nothing was sent that stores something.
var asksTheServer = map[string]struct {
	ask  func(ctx context.Context, s *Store) error
	lost bool
}{
	"the check of a batch": {func(ctx context.Context, s *Store) error {
		_, _, err := s.committer.check(ctx, []*request{{}})
		return err
	}, true},
	"a read": {func(ctx context.Context, s *Store) error {
		_, err := s.ask(ctx, readSQL, question{AllEvents(), 0}, toTheEnd, 1)
		return err
	}, true},
	"a look for an append": {func(ctx context.Context, s *Store) error {
		_, _, err := s.AppendOf(ctx, 1)
		return err
	}, true},
	"a look for events": {func(ctx context.Context, s *Store) error {
		_, err := s.Find(ctx, NewID())
		return err
	}, true},
	"a look for what was stored": {func(ctx context.Context, s *Store) error {
		_, err := s.committer.lockAndLookUp(ctx, []*request{{}})
		return err
	}, false},
	"a look for repetitions": {func(ctx context.Context, s *Store) error {
		_, err := s.committer.lookUpAtOnce(ctx, []*request{{}})
		return err
	}, false},
	"a look for the head": {func(ctx context.Context, s *Store) error {
		_, err := s.lookForHead(ctx)
		return err
	}, false},
	"a change": {func(ctx context.Context, s *Store) error {
		_, err := s.change(ctx, `delete from dcb_event where false`)
		return err
	}, false},
}

// A locked table stands for the server here.
func TestWhenAServerSaysNothingAllConnectionsOfThePoolAreClosed(t *testing.T) {
	t.Parallel()
	for name, test := range asksTheServer {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			locked, err := pgxpool.New(t.Context(), url)
			require.NoError(t, err)
			t.Cleanup(locked.Close)
			tx, err := locked.Begin(t.Context())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), `lock table dcb_event in access exclusive mode`)
			require.NoError(t, err)
			defer tx.Rollback(context.Background()) //nolint:errcheck // it stores nothing

			store, conns := openBusy(t, url)
			for _, conn := range conns {
				conn.Release()
			}
			askInVain(t, store, test.ask, test.lost)
			requireNoConnections(t, store)
		})
	}
}

// Nobody gives a connection back in time. That says nothing about the server, and to make all of
// them anew would make a busy program slower.
func TestWhenNoConnectionIsFreeInTimeThoseOfThePoolAreKept(t *testing.T) {
	t.Parallel()
	for name, test := range asksTheServer {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, conns := openBusy(t, pgtest.URL(t))
			askInVain(t, store, test.ask, test.lost)
			var before, after []uint32
			for _, conn := range conns {
				before = append(before, conn.Conn().PgConn().PID())
				conn.Release()
			}
			for range conns {
				conn, err := store.pool.Acquire(t.Context())
				require.NoError(t, err)
				defer conn.Release()
				after = append(after, conn.Conn().PgConn().PID())
			}
			require.ElementsMatch(t, before, after)
		})
	}
}

func TestWhenThereIsNoTimeToFindOutTheOutcomeStaysUnknown(t *testing.T) {
	t.Parallel()
	store, _ := openBusy(t, pgtest.URL(t))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, []outcome{{err: ErrUnknownOutcome}, {err: ErrUnknownOutcome}},
		store.committer.findOut(over, []*request{{}, {}}, ErrUnknownOutcome))
}

// A consumer takes its turn from that: no row is changed if another process has it.
func TestAChangeSaysHowManyRowsItHasChanged(t *testing.T) {
	t.Parallel()
	store, err := NewEventStore(t.Context(), pgtest.New(t))
	require.NoError(t, err)
	t.Cleanup(store.Close)
	for _, step := range []struct {
		statement string
		rows      int64
	}{
		{`update dcb_consumer set holder = 'somebody'`, 0},
		{`insert into dcb_consumer (name) values ('a'), ('b')`, 2},
		{`update dcb_consumer set holder = 'somebody' where name = 'a'`, 1},
	} {
		rows, err := store.change(t.Context(), step.statement)
		require.NoError(t, err)
		require.Equal(t, step.rows, rows, step.statement)
	}
}

// openBusy returns a store all of whose connections are in use.
func openBusy(t *testing.T, url string) (*Store, []*pgxpool.Conn) {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.MaxConns = 3
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := newStore(pool, Options{})
	t.Cleanup(store.Close)
	var conns []*pgxpool.Conn
	t.Cleanup(func() {
		for _, conn := range conns {
			conn.Release() // which may be done twice
		}
	})
	for range config.MaxConns {
		conn, err := pool.Acquire(t.Context())
		require.NoError(t, err)
		conns = append(conns, conn)
	}
	return store, conns
}

func askInVain(t *testing.T, store *Store, ask func(context.Context, *Store) error, lost bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := ask(ctx, store)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	if lost {
		require.ErrorIs(t, err, errLost)
	}
}

func requireNoConnections(t *testing.T, store *Store) {
	t.Helper()
	require.Eventually(t, func() bool { return store.pool.Stat().TotalConns() == 0 }, time.Minute, time.Millisecond)
}
