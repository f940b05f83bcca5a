package dcb_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

func TestTailSurvivesLostConnections(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	pool, err := pgxpool.New(t.Context(), databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	tailing, writing := openStoreAt(t, databaseURL), openStore(t, pool)
	f := follow(t.Context(), t, tailing, dcb.AllEvents(), 0)

	pid, last := 0, int64(0)
	for range 5 {
		pid = listens(t, pool, pid)
		last = appendAll(t, writing, event("A"), event("B"))
		f.reaches(t, last)
		// All but those of the writer, which has to know what it stored: the listener
		// and the connections that the tail reads on.
		_, err := pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and (query like 'listen dcb_append%' or query like '%-- Finds the events%') and pid <> pg_backend_pid()`)
		require.NoError(t, err)
		last = appendAll(t, writing, event("C"))
	}
	listens(t, pool, pid)
	require.Equal(t, readAll(t, writing, dcb.AllEvents(), dcb.ReadOptions{}), f.reaches(t, last))
}

// The log after kill -9 is what was committed, and so is what the tails saw: they read
// nothing that a crash could take back.
func TestTailSurvivesTheDeathOfTheServer(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	one, another := openStoreAt(t, server.URL("postgres")), openStoreAt(t, server.URL("postgres"))
	all := follow(t.Context(), t, one, dcb.AllEvents(), 0)
	even := follow(t.Context(), t, another, tagged("even"), 0)

	load, stop := context.WithCancel(t.Context())
	defer stop()
	var writers sync.WaitGroup
	for _, store := range []*dcb.Store{one, another, one, another} {
		writers.Go(func() {
			for load.Err() == nil {
				// During the outage it fails; what counts is what is in the log in the end.
				_, _ = store.AppendEvents(load, []dcb.InputEvent{event("Odd"), event("Even", "even")}, dcb.Query{}, 0)
			}
		})
	}
	reached := int64(0)
	for range 3 {
		reached += 50 // more than the followers had seen at the kill before
		all.reaches(t, reached)
		even.reaches(t, reached)
		pid, ok := server.PID()
		require.True(t, ok)
		process, err := os.FindProcess(pid)
		require.NoError(t, err)
		require.NoError(t, process.Kill())
		require.Eventually(t, func() bool {
			again, ok := server.PID()
			return ok && again != pid
		}, aWhile, time.Millisecond, "it is started again")
		_, end, err := untilItAnswers(t, one)
		require.NoError(t, err)
		reached = end
	}
	all.reaches(t, reached+50)
	stop()
	writers.Wait()

	log, end, err := untilItAnswers(t, one)
	require.NoError(t, err)
	requireSeen(t, all.reaches(t, end), log, dcb.AllEvents(), 0)
	requireSeen(t, even.reaches(t, end), log, tagged("even"), 0)
}

// untilItAnswers reads the log as soon as the server can be reached.
func untilItAnswers(t *testing.T, store *dcb.Store) (log []dcb.Event, end int64, err error) {
	t.Helper()
	require.Eventually(t, func() bool {
		var head dcb.Checkpoint
		log, head, err = store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		end = head.Position
		return err == nil
	}, aWhile, 10*time.Millisecond)
	return log, end, err
}

// An outage that lasts shows as errors, with pauses between them, and the loop goes on.
func TestTailTellsOfAnOutageAndGoesOn(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	rename := func(from, to string) {
		_, err := pool.Exec(t.Context(), "alter table "+from+" rename to "+to)
		require.NoError(t, err)
	}
	outages, began := 0, time.Time{}
	for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		switch {
		case err == nil && progress.Position == 1:
			rename("dcb_event", "hidden")
			began = time.Now()
		case err != nil:
			require.ErrorContains(t, err, "dcb_event")
			outages++
			if outages == 5 {
				require.Greater(t, time.Since(began), (16+32+64+128)*time.Millisecond, "the pauses")
				rename("hidden", "dcb_event")
				appendAll(t, store, event("B"))
			}
		default:
			require.EqualValues(t, 2, progress.Position)
			require.Equal(t, 5, outages)
			return
		}
	}
}

// Neither the tail nor what wakes it asks a database over and over that is not there.
func TestTailPausesLongerAfterEachFailure(t *testing.T) {
	t.Parallel()
	var attempts, down atomic.Int64
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if down.Load() == 0 {
			return nil
		}
		attempts.Add(1)
		return errors.New("there is no database")
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	down.Store(1)
	pool.Reset()

	const failures = 7
	failed, began, shortest := 0, time.Now(), time.Minute
	for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		if err == nil {
			require.EqualValues(t, 1, progress.Position)
			down.Store(1)
			pool.Reset()
			continue
		}
		require.ErrorContains(t, err, "there is no database")
		failed++
		if failed == failures {
			require.GreaterOrEqual(t, time.Since(began), pausesBefore(failures))
			ofListener := attempts.Load() - failures
			require.Positive(t, ofListener)
			require.GreaterOrEqual(t, time.Since(began), pausesBefore(ofListener), "of the %d attempts to listen", ofListener)
			down.Store(0)
		}
		if failed > failures {
			if failed > failures+1 {
				shortest = min(shortest, time.Since(began))
			}
			began = time.Now()
		}
		if failed == failures+4 {
			break
		}
	}
	require.Less(t, shortest, time.Second, "after a success, the pauses begin anew")
}

// After an outage, the pauses begin anew. Had they gone on from where they were, it would
// take a second each time until notifications come again.
func TestAfterAnOutageAListenerThatIsLostIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	var failures, down atomic.Int64
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if down.Load() == 0 {
			return nil
		}
		failures.Add(1)
		return errors.New("there is no database")
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	other := openPool(t, config.ConnString())
	store := openStore(t, pool)
	down.Store(1)
	pool.Reset()
	follow(t.Context(), t, store, dcb.AllEvents(), 0)
	require.Eventually(t, func() bool { return failures.Load() >= 16 }, aWhile, time.Millisecond, "eight of the tail, and as many of the listener")
	down.Store(0)

	pid := listens(t, other)
	shortest := time.Minute
	for range 10 {
		began := time.Now()
		_, err := other.Exec(t.Context(), `select pg_terminate_backend($1)`, pid)
		require.NoError(t, err)
		pid = listens(t, other, pid)
		shortest = min(shortest, time.Since(began))
	}
	require.Less(t, shortest, time.Second)
}

// It tells its log of the outage once.
func TestAConsumerPausesLongerAfterEachFailure(t *testing.T) {
	t.Parallel()
	const failures = 6
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	var down atomic.Bool
	asked := make(chan time.Time, failures)
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if !down.Load() {
			return nil
		}
		select {
		case asked <- time.Now():
		default: // that is enough
		}
		return errors.New("there is no database")
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s := &site{t: t, pool: pool, store: openStore(t, pool)}
	down.Store(true)
	pool.Reset()

	c, log := s.consumer("c"), &said{}
	c.Logger = slog.New(slog.NewTextHandler(log, nil))
	s.follow(c)
	first, last := <-asked, time.Time{}
	for range failures - 1 {
		last = <-asked
	}
	require.GreaterOrEqual(t, last.Sub(first), pausesBefore(failures))
	require.Equal(t, 1, log.count("the consumer starts again"))
}

// The database is lost before the consumer knows the event that it begins after.
func TestAConsumerBeginsWhereItIsToldAfterAnOutage(t *testing.T) {
	t.Parallel()
	hurt, safe, wire, hook := openWired(t)
	appendAll(t, safe, event("A"), event("B"))
	var cuts atomic.Int64
	hook.Set(func(sql string) {
		if strings.Contains(sql, "-- Finds the events") && cuts.Load() < 3 {
			cuts.Add(1)
			wire.cut()
		}
	})
	handled := make(chan int64, 2)
	(&site{t: t, store: hurt}).follow(dcb.Consumer{
		Name: "c", Query: dcb.AllEvents(), From: dcb.At(1), Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Handle: func(_ context.Context, _ pgx.Tx, events []dcb.Event) error {
			for _, e := range events {
				handled <- e.Position
			}
			return nil
		},
	})
	require.EqualValues(t, 2, <-handled)
	require.EqualValues(t, 3, cuts.Load(), "after which a read gives up")
}

// pausesBefore returns how long all pauses before the n-th attempt are together.
func pausesBefore(n int64) (sum time.Duration) {
	for pause := 16 * time.Millisecond; n > 1; n-- {
		sum += pause
		pause = min(2*pause, time.Second)
	}
	return sum
}
