package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

const (
	// tryLock makes a session the one that projects, until it ends, however it ends.
	// It does not wait: a statement that waits for days keeps its snapshot for as
	// long, and with it every row version that vacuum would remove.
	tryLock = `select pg_try_advisory_lock(8243101776982732650)`

	// standBy is how long those that do not project wait before they try again.
	standBy = 250 * time.Millisecond

	// A session that says nothing for so long is ended by the server, which frees its
	// lock: its process may be stopped, or its machine gone. The first two are for the
	// processes that are there and do nothing, the others for machines that are not
	// there any more.
	lease = `set idle_session_timeout = '5s';
		set idle_in_transaction_session_timeout = '5s';
		set tcp_keepalives_idle = 5;
		set tcp_keepalives_interval = 2;
		set tcp_keepalives_count = 3`

	// heartbeat is how often a session with nothing to do says that it is there.
	heartbeat = time.Second

	// longestStep is when a server that says nothing is taken for lost. TCP alone would
	// wait for a quarter of an hour.
	longestStep = 30 * time.Second

	// The pause after a failure doubles from the first up to the last.
	firstRetry = 16 * time.Millisecond
	lastRetry  = time.Second
)

// Project keeps the tables up with the log, until the context is done. Of all who call
// it, in whatever process, one works; the others stand by, and one of them takes over
// within a second when that one ends, and within a quarter of a minute when it hangs.
//
// Two never write, whatever becomes of locks and connections: see
// [checkpoint.advance]. An outage of the database is waited out.
func (m *Model) Project(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	for failures := 0; ; failures++ {
		began := time.Now()
		err := m.lead(ctx, log, logger)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > lastRetry {
			failures = 0
		}
		switch {
		case errors.Is(err, errOvertaken):
			logger.InfoContext(ctx, "pages are served by another generation of the read model, or from another projector")
		case errors.Is(err, errOtherLog):
			m.startOver(ctx, log, logger)
		case failures == 0:
			logger.WarnContext(ctx, "the projector starts again", "error", err)
		}
		wait(ctx, min(firstRetry<<min(failures, 16), lastRetry))
	}
}

// startOver makes the tables again, if they are made of another log than the one that
// stands beside them.
func (m *Model) startOver(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	if _, there, err := serving(ctx, m.pool); there || err != nil {
		return // it was read from another server than the one that is written
	}
	logger.WarnContext(ctx, "the log lost its end since pages were made of it, so they are made again from its start")
	err := m.Rebuild(ctx, log, logger, func(done, total int64) {})
	if err != nil && ctx.Err() == nil {
		logger.WarnContext(ctx, "pages show what the log has lost, until they are made again", "error", err)
	}
}

// lead waits until this process is the one that projects, and projects for as long as
// it is. It always returns an error.
func (m *Model) lead(ctx context.Context, log *dcb.Store, logger *slog.Logger) error {
	conn, err := m.ownConnection(ctx)
	if err != nil {
		return err
	}
	defer closeConnection(conn)

	if _, err := conn.Exec(ctx, lease); err != nil {
		return fmt.Errorf("take a lease: %w", err)
	}
	for leads := false; !leads; {
		if err := conn.QueryRow(ctx, tryLock).Scan(&leads); err != nil {
			return fmt.Errorf("ask who projects: %w", err)
		}
		if !leads {
			wait(ctx, standBy)
		}
	}
	c, there, err := serving(ctx, conn)
	if err != nil {
		return err
	}
	if !there {
		return errOtherLog
	}
	logger.InfoContext(ctx, "projecting the log into the read model", "generation", c.generation, "position", c.Position)

	stretches, end := follow(ctx, log, c.Checkpoint, logger)
	defer end()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case s, open := <-stretches:
			if !open {
				return followingEnd(ctx)
			}
			s.warn(ctx, logger)
			if c, err = c.advanceOn(ctx, conn, s); err != nil {
				return fmt.Errorf("project the log: %w", err)
			}
		case <-beat.C:
			if err := ping(ctx, conn); err != nil {
				return fmt.Errorf("keep the lease: %w", err)
			}
		}
	}
}

// ownConnection returns a connection that is no longer the pool's: what is set in it
// and locked by it belongs to the session.
func (m *Model) ownConnection(ctx context.Context) (*pgx.Conn, error) {
	pooled, err := m.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return pooled.Hijack(), nil
}

// closeConnection ends a session whose context may be done already.
func closeConnection(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
}

// advanceOn is advance in a transaction of its own. The session that writes is the
// one that has the lock, so whoever has lost the lock with it writes nothing either.
func (c checkpoint) advanceOn(ctx context.Context, conn *pgx.Conn, s stretch) (next checkpoint, err error) {
	ctx, cancel := context.WithTimeout(ctx, longestStep)
	defer cancel()
	readCommitted := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	err = pgx.BeginTxFunc(ctx, conn, readCommitted, func(tx pgx.Tx) error {
		next, err = c.advance(ctx, tx, s)
		return err
	})
	return next, err
}

// follow decodes what comes after a checkpoint, one stretch ahead of who takes it. The
// channel is closed when the context is done, the store closed, or the log turns out to be
// another one. end has to be called: it ends the following and waits until nothing of it
// is left.
func follow(ctx context.Context, log *dcb.Store, after dcb.Checkpoint, logger *slog.Logger) (stretches <-chan stretch, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ch := make(chan stretch)
	var following sync.WaitGroup
	following.Go(func() {
		defer close(ch)
		outage := false
		for progress, err := range log.Tail(ctx, dcb.AllEvents(), after) {
			if err != nil {
				if !outage && ctx.Err() == nil {
					logger.WarnContext(ctx, "the log can't be read", "error", err)
				}
				if errors.Is(err, dcb.ErrOtherHistory) || errors.Is(err, dcb.ErrBeyondHead) {
					return
				}
				outage = true
				continue // the tail tries again, after a pause
			}
			outage = false
			select {
			case ch <- decode(progress):
			case <-ctx.Done():
				return
			}
		}
	})
	return ch, func() {
		cancel()
		following.Wait()
	}
}

// followingEnd says why a following has ended.
func followingEnd(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.New("the event store is closed, or its log is another one")
}

// warn says what was left out because it could not be decoded, in one line: somebody
// may have appended a lot of it.
func (s stretch) warn(ctx context.Context, logger *slog.Logger) {
	if len(s.unread) > 0 {
		logger.ErrorContext(ctx, "pages leave out events that can't be read", "events", len(s.unread), "first", s.unread[0])
	}
}

func ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, longestStep)
	defer cancel()
	return conn.Ping(ctx)
}

// wait pauses, but not longer than the context lasts.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
