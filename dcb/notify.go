package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A commit notifies the tails of all stores on the log. Notifications only save time: a tail polls,
// too.

// When the server has no room for a notification, appends notify no tails for longestQuiet.
// Tails poll, so they are late by a second at most.
const longestQuiet = 10 * time.Second

// errNoRoom is matched when a commit failed because the server's queue of notifications is
// full: some session listens, and has been in a transaction for long. Appends must not fail
// because of that.
var errNoRoom = errors.New("no room for a notification")

// noRoom returns errNoRoom if a commit that was to notify failed for that reason. An event that
// is too large for an index has the same code, and fails before the commit.
func noRoom(err error, notified bool) error {
	if notified && hasCode(err, "54000") {
		return fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return err
}

// notifies reports whether an append is to notify tails.
func (c *committer) notifies() bool { return time.Now().After(c.quietUntil) }

// beQuiet makes appends notify no tails for a while. The logger is told once, and not each time
// there is still no room.
func (c *committer) beQuiet() {
	if time.Since(c.quietUntil) > longestQuiet {
		c.logger.Warn("the database has no room for notifications, so tails are up to a second late: " +
			"some session that listens has been in a transaction for long, see pg_notification_queue_usage()")
	}
	c.quietUntil = time.Now().Add(longestQuiet)
}

// tails are the running tails of a store, and the one goroutine that wakes them: it
// starts with the first tail and ends with the last. The zero value is ready for use.
type tails struct {
	mu sync.Mutex
	// Each has room for one signal, so that none gets lost while the tail reads, or
	// while its body runs.
	// The value is the position up to which the tail has come.
	wakes     map[chan struct{}]int64
	endListen func() // ends the goroutine and waits for it; nil when there is none
	closed    bool
}

// join adds a tail that begins after a position, and returns what wakes it. If it is the first,
// join runs listen until the last has left.
func (ts *tails) join(after int64, listen func(context.Context)) (wake chan struct{}) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	wake = make(chan struct{}, 1)
	if ts.closed {
		return wake // its first read will say so
	}
	if len(ts.wakes) == 0 {
		// Not the context of this tail, which may end before others do.
		ctx, cancel := context.WithCancel(context.Background())
		var listening sync.WaitGroup
		listening.Go(func() { listen(ctx) })
		ts.wakes = map[chan struct{}]int64{}
		ts.endListen = func() {
			cancel()
			listening.Wait()
		}
	}
	ts.wakes[wake] = after
	return wake
}

// came notes up to where a tail has come.
func (ts *tails) came(wake chan struct{}, position int64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if _, running := ts.wakes[wake]; running {
		ts.wakes[wake] = position
	}
}

func (ts *tails) stat() TailStat {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	stat := TailStat{Running: len(ts.wakes)}
	if stat.Running > 0 {
		stat.Slowest = slices.Min(slices.Collect(maps.Values(ts.wakes)))
	}
	return stat
}

// leave removes a tail. With the last, it ends the listening.
func (ts *tails) leave(wake chan struct{}) {
	ts.mu.Lock()
	delete(ts.wakes, wake)
	endListen := func() {}
	if len(ts.wakes) == 0 {
		endListen = ts.takeEnd()
	}
	ts.mu.Unlock()
	endListen() // not under the lock, which the listener needs to wake
}

// close ends the listening, and wakes the tails so that they notice. It does not
// wait for them: the loop body of one may be the caller.
func (ts *tails) close() {
	ts.mu.Lock()
	ts.closed = true
	endListen := ts.takeEnd()
	ts.mu.Unlock()
	endListen()
	ts.wakeAll()
}

// takeEnd returns endListen for the one caller who has to call it.
func (ts *tails) takeEnd() (endListen func()) {
	endListen, ts.endListen = ts.endListen, nil
	if endListen == nil {
		return func() {}
	}
	return endListen
}

func (ts *tails) wakeAll() {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for wake := range ts.wakes {
		signal(wake)
	}
}

const (
	// channelSQL returns the channel that append.sql notifies.
	channelSQL = `select 'dcb_append_' || to_regclass('dcb_event')::oid`
	listenSQL  = `listen `

	// watchEvery bounds how late tails are where nothing can listen, by a statement that
	// takes one step along an index.
	watchEvery = 50 * time.Millisecond

	// proveEvery is how often a connection that hears nothing is asked whether it is alive.
	proveEvery = 5 * time.Second
)

// listen wakes the tails at every notification, until the context is done.
//
// Its failures are not told: notifications only save time. Where there are none, as on
// a standby, each tail polls. With a pooler that shares sessions, listen polls for all tails.
func (s *Store) listen(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		_ = s.waitForNotifications(ctx, func() {
			failures = 0
			s.tails.wakeAll()
		})
		_ = pause(ctx, retryAfter(failures))
	}
}

// waitForNotifications calls notified for every notification that reaches one
// connection, until that is lost, and once before the first.
func (s *Store) waitForNotifications(ctx context.Context, notified func()) error {
	conn, err := s.listening(ctx)
	if errors.Is(err, errSharesSessions) {
		return s.watchHead(ctx, notified)
	}
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		conn.Close(ctx)
	}()
	// The first call is for the commits before the listen.
	for notified(); ; {
		heard, err := hears(ctx, conn)
		if err != nil {
			return err
		}
		if heard {
			notified()
		}
	}
}

// listening returns a connection of its own that listens.
func (s *Store) listening(ctx context.Context) (*pgx.Conn, error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, s.pool)
	pooled, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if shared, err := sharesSessions(ctx, pooled.Conn()); shared || err != nil {
		pooled.Release()
		return nil, cmp.Or(err, errSharesSessions)
	}
	conn := pooled.Hijack()
	var channel string
	if err = conn.QueryRow(ctx, channelSQL).Scan(&channel); err == nil {
		_, err = conn.Exec(ctx, listenSQL+channel)
	}
	if err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// hears waits for a notification, for a while. If there is none, it makes sure that the
// connection is alive: a connection to a machine that is gone is silent, too.
func hears(ctx context.Context, conn *pgx.Conn) (bool, error) {
	while, over := context.WithTimeout(ctx, proveEvery)
	defer over()
	_, err := conn.WaitForNotification(while)
	if err == nil || while.Err() == nil || ctx.Err() != nil {
		return err == nil, err
	}
	answer, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	return false, conn.Ping(answer)
}

// watchHead calls notified whenever the log has grown, until it can't be read.
func (s *Store) watchHead(ctx context.Context, notified func()) error {
	for last := int64(-1); ; {
		head, err := s.lookForHead(ctx)
		if err != nil {
			return err
		}
		if head != last {
			notified()
			last = head
		}
		if err := pause(ctx, watchEvery); err != nil {
			return err
		}
	}
}

func (s *Store) lookForHead(ctx context.Context) (head int64, err error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, s.pool)
	err = s.pool.QueryRow(ctx, `select coalesce(max(position), 0) from dcb_event`).Scan(&head)
	return head, err
}
