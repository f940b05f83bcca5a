package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// isRight takes consumer "c" through all that there is: handling, parking, retrying, moving, and
// another process.
func (s *site) isRight() {
	s.t.Helper()
	c := s.consumer("c")
	c.Tries, c.Park = 2, true
	c.Handle = unless("Poison", errPoison, writes("c"))
	f := s.follow(c)
	for range 3 {
		s.reaches("c", appendAll(s.t, s.store, event("A"), event("B")))
	}
	s.reaches("c", appendAll(s.t, s.store, event("C"), event("Poison"), event("D")))
	require.Equal(s.t, append(to(1, 7), 9), s.effects("c"))
	require.Equal(s.t, []int64{8}, s.parked("c"))
	require.NoError(s.t, s.store.Retry(s.t.Context(), s.consumer("c"), 8))
	require.Equal(s.t, append(to(1, 7), 9, 8), s.effects("c"))
	head, err := s.store.Head(s.t.Context())
	require.NoError(s.t, err)
	require.Equal(s.t, head, s.move("c", dcb.At(2)))
	s.reaches("c", 9)
	require.Equal(s.t, append(to(1, 7), 9), s.effects("c"))
	f.end()
	openSite(s.t, s.url).follow(s.consumer("c"))
	s.reaches("c", appendAll(s.t, s.store, event("E")))
	require.Equal(s.t, append(to(1, 7), 9, 10), s.effects("c"))
	require.Equal(s.t, [2]int64{10, 0}, s.stands("c"))
}

func TestAConsumerIsRightInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			newSiteAt(t, pgtest.WithExecMode(pgtest.URL(t), mode)).isRight()
		})
	}
}

func TestAConsumerIsRightWhateverTheDatabasePrefers(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database for each preference")
	for _, setting := range []string{
		"default_transaction_isolation = serializable",
		"default_transaction_isolation = 'repeatable read'",
		"standard_conforming_strings = off",
		"lock_timeout = '1ms'",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			pgtest.Configure(t, s.url, setting)
			openSite(t, s.url).isRight()
		})
	}
}

// A process that stands by reads, and one that handles writes, whatever the default is.
func TestAConsumerWritesWhereTransactionsAreReadOnlyByDefault(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pgtest.Configure(t, s.url, "default_transaction_read_only = on")
	s = openSite(t, s.url)
	s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	require.Equal(t, to(1, 2), s.effects("c"))
}

// What Follow sets for its own statements is not set for those of Handle.
func TestAHandleHasTheSettingsOfItsSession(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pgtest.Configure(t, s.url, "lock_timeout = '7s'", "enable_seqscan = on", "default_transaction_isolation = serializable")
	s = openSite(t, s.url)
	c := s.consumer("c")
	c.Handle = func(ctx context.Context, tx pgx.Tx, _ []dcb.Event) error {
		var settings string
		const asks = `select concat_ws(' ', current_setting('lock_timeout'), current_setting('enable_seqscan'), current_setting('transaction_isolation'),
			current_setting('idle_in_transaction_session_timeout'))`
		if err := tx.QueryRow(ctx, asks).Scan(&settings); err != nil {
			return err
		}
		if settings != "7s on read committed 30s" {
			return fmt.Errorf("it has %s", settings)
		}
		return nil
	}
	c.Tries = 1
	s.follow(c)
	s.reaches("c", appendAll(t, s.store, event("A")))
}

// A log of its own in another schema has consumers of its own, by the same names.
func TestConsumersOfTwoLogsInOneDatabaseHaveNothingToDoWithEachOther(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	one, two := newSiteAt(t, inSchema(t, database, "one")), newSiteAt(t, inSchema(t, database, "two"))
	one.follow(one.consumer("c"))
	one.reaches("c", appendAll(t, one.store, event("A"), event("B")))
	require.Equal(t, [2]int64{0, 0}, two.stands("c"))
	two.follow(two.consumer("c"))
	two.reaches("c", appendAll(t, two.store, event("C")))
	require.Equal(t, to(1, 2), one.effects("c"))
	require.Equal(t, to(1, 1), two.effects("c"))
}

// A consumer has a connection only while it works, so one is enough for it and all others.
func TestAConsumerTakesNoConnectionForGood(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	config, err := pgxpool.ParseConfig(s.url)
	require.NoError(t, err)
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	one := &site{t, s.url, pool, openStore(t, pool)}
	for i := range 5 {
		name := fmt.Sprint("consumer ", i)
		one.follow(one.consumer(name))
		one.follow(one.consumer(name)) // stands by
	}
	for range 5 {
		last := appendAll(t, one.store, event("A"))
		for i := range 5 {
			one.reaches(fmt.Sprint("consumer ", i), last)
		}
	}
	for i := range 5 {
		require.Equal(t, to(1, 5), s.effects(fmt.Sprint("consumer ", i)))
	}
}

// What follows from an event may be a decision: its events are stored with the place, once.
func TestAConsumerDecidesInItsTransaction(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendFacts(t, s.store, roomOpened{"blue", 1000})
	s.exec(`create table try (nr int)`)
	c := s.consumer("c")
	c.Query = dcb.NewQuery(nil, "Asked")
	var tries atomic.Int64
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		for _, e := range events {
			if err := (takeSeat{"blue", e.ID}).run(ctx, s.store.InTx(tx)); err != nil {
				return err
			}
		}
		if tries.Add(1)%3 != 0 {
			return errPoison
		}
		return nil
	}
	s.follow(c)
	last := int64(0)
	for range 20 {
		last = appendAll(t, s.store, event("Asked"), event("Asked"))
	}
	s.reaches("c", last)
	require.Equal(t, 40, seatsIn(t, s.store, "blue")) // each try of an event that failed has stored nothing
}

// A handling that takes longer than a turn keeps the turn: the row is locked as long. Right after it
// the turn is over, so the other process may be the one that goes on.
func TestASlowHandleIsNotReplaced(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	s := newSite(t)
	c := s.consumer("c")
	var began, ended atomic.Int64
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		began.Add(1)
		if _, err := tx.Exec(ctx, `select pg_sleep(7)`); err != nil {
			return err
		}
		ended.Add(1)
		return writes("c")(ctx, tx, events)
	}
	s.follow(c)
	appendAll(t, s.store, event("A"))
	require.Eventually(t, func() bool { return began.Load() == 1 }, aWhile, time.Millisecond)
	log := &said{}
	standby := s.consumer("c")
	standby.Logger = slog.New(slog.NewTextHandler(log, nil))
	openSite(t, s.url).follow(standby)
	s.reaches("c", 1)
	require.EqualValues(t, 1, ended.Load(), "another process handled the event meanwhile")
	require.EqualValues(t, 1, began.Load())
	require.Zero(t, log.count("WARN"))
	require.Equal(t, to(1, 1), s.effects("c"))
}

// One that never ends is given up after 30 seconds, and counts as a try.
func TestAHandleThatTakesTooLongFails(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "half a minute of waiting")
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 1, true
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		if events[0].Type == "Poison" {
			_, err := tx.Exec(ctx, `select pg_sleep(600)`)
			return err
		}
		return writes("c")(ctx, tx, events)
	}
	s.follow(c)
	ctx, cancel := context.WithTimeout(t.Context(), 2*aWhile)
	defer cancel()
	require.NoError(t, s.store.WaitFor(ctx, "c", appendAll(t, s.store, event("Poison"))))
	s.reaches("c", appendAll(t, s.store, event("A")))
	require.Equal(t, []int64{2}, s.effects("c"))
	parked, err := s.store.Parked(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, parked, 1)
	require.Contains(t, parked[0].Error, "it takes longer than 30s")
}

// An outage is waited out, whatever the consumer does with events that fail.
func TestAConsumerGoesOnAfterAnOutage(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	s := newSiteAt(t, server.URL("postgres"))
	c, log := s.consumer("c"), &said{}
	c.Tries, c.Logger = 1, slog.New(slog.NewTextHandler(log, nil))
	s.follow(c)
	for range 3 {
		for range 5 {
			s.reaches("c", appendAll(t, s.store, event("A")))
		}
		pid, ok := server.PID()
		require.True(t, ok)
		process, err := os.FindProcess(pid)
		require.NoError(t, err)
		require.NoError(t, process.Kill())
		require.Eventually(t, func() bool {
			again, ok := server.PID()
			return ok && again != pid && s.pool.Ping(t.Context()) == nil
		}, aWhile, 5*time.Millisecond, "it starts again")
	}
	s.reaches("c", appendAll(t, s.store, event("B")))
	s.requireAllOnce()
	require.Zero(t, log.count("can't be handled"))
}

// Its connections are cut in the middle of Handle, twice for each append, which is not the fault of
// the events. The log is told of each outage once.
func TestALostConnectionIsNoTry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, log := s.consumer("c"), &said{}
	c.Tries, c.Park, c.Logger = 1, true, slog.New(slog.NewTextHandler(log, nil))
	handed := 0
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		if err := writes("c")(ctx, tx, events); err != nil {
			return err
		}
		if handed++; handed%3 == 0 {
			return nil
		}
		_, err := s.pool.Exec(ctx, `select pg_terminate_backend($1)`, tx.Conn().PgConn().PID())
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `select`); err != nil {
			return errors.New("cut") // always the same text
		}
		return nil
	}
	s.follow(c)
	for outages := 1; outages <= 2; outages++ {
		appendAll(t, s.store, event("A"), event("B"))
		s.requireAllOnce()
		require.Equal(t, 3*outages, handed)
		require.Equal(t, outages, log.count("the consumer starts again"))
	}
}

// Its connection is cut before the transaction begins, more often than the pool has connections.
func TestAConsumerGivesBackAConnectionOnWhichNothingBegins(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pool, hook := racetest.OpenPool(t, s.url+"&pool_max_conns=2&application_name=hurt", "read committed")
	following := &site{t, s.url, pool, openStore(t, pool)}
	var begins atomic.Int64
	hook.Set(func(sql string) {
		if sql == "begin isolation level read committed read write" && begins.Add(1) <= 3 {
			s.exec(`select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = 'hurt'`)
		}
	})
	appendAll(t, s.store, event("A"))
	following.follow(s.consumer("c"))
	s.requireAllOnce()
	require.EqualValues(t, 4, begins.Load())
}

// While the log can't be read, the consumer tries again and again. It tells its Logger once.
func TestALogThatCannotBeReadIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pool, hook := racetest.OpenPool(t, pgtest.WithExecMode(s.url, "exec"), "read committed") // the error has one text
	following := &site{t, s.url, pool, openStore(t, pool)}
	c, log := s.consumer("c"), &said{}
	c.Logger = slog.New(slog.NewTextHandler(log, nil))
	following.follow(c)
	for outages := 1; outages <= 2; outages++ {
		appendAll(t, s.store, event("A"))
		s.requireAllOnce()
		reads := make(chan bool, 1000)
		hook.Set(func(sql string) {
			if strings.Contains(sql, "dcb_event") && !strings.Contains(sql, "dcb_consumer") {
				reads <- true
			}
		})
		// The append lets the consumer know that there is something to read.
		require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
			if _, err := s.store.InTx(tx).AppendAfter(t.Context(), []dcb.InputEvent{event("B")}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `alter table dcb_event rename column data to away`)
			return err
		}))
		for range 4 {
			<-reads
		}
		s.exec(`alter table dcb_event rename column away to data`)
		hook.Set(func(string) {})
		s.requireAllOnce()
		require.Equal(t, outages, log.count("the log can't be read"))
		require.Zero(t, log.count("the consumer starts again"))
	}
}

// Nobody ends the connections to a machine that was replaced.
func TestWhoStandsByOnADeadConnectionTakesOver(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes of its own")
	s := newSite(t)
	line := pgtest.NewLine(t, s.url)
	current := s.start()
	current.untilActive()
	standby := s.startAt(line.URL)
	standby.untilStandsBy()
	line.Silence()
	line.Speak() // to those who connect from now on
	current.kill()
	began := time.Now()
	standby.untilActive()
	require.Less(t, time.Since(began), 20*time.Second)
	appendAll(t, s.store, event("A"))
	s.requireAllOnce()
}
