package dcb

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

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
// Nobody is told when it fails: notifications only save time. Where there are none, as on
// a standby, tails live by polling. Behind a pooler that shares sessions, listen polls for
// all of them.
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
	// At first because nothing told of what was committed before the listen.
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

// errSharesSessions says that a pooler gives the sessions of the server to several clients.
var errSharesSessions = errors.New("nobody can listen on a session that is shared")

// hears waits for a notification, for a while. If there is none, it makes sure that the
// connection is alive: one to a machine that is gone stays silent, too.
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

// sharesSessions reports whether a pooler stands between this connection and the server.
// In its transaction mode a session serves somebody else after each transaction, and
// would go on listening there. A pooler gives its clients process IDs of its own.
func sharesSessions(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var pid uint32
	err := conn.QueryRow(ctx, `select pg_backend_pid()`).Scan(&pid)
	return err == nil && pid != conn.PgConn().PID(), err
}
