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
	// standBy is how long those that do not project wait before they look again.
	standBy = 250 * time.Millisecond

	// longestStep is when a server that says nothing is taken for lost. TCP alone would
	// wait for a quarter of an hour.
	longestStep = 6 * time.Second

	// The pause after a failure doubles from the first up to the last.
	firstRetry = 16 * time.Millisecond
	lastRetry  = time.Second
)

// Project keeps the tables up with the log, until the context is done. Of all who call
// it, in whatever process, one works, and the others stand by. When that one ends, one of
// the others takes over within a second; when it is killed, hangs or vanishes, within ten.
//
// Nothing is ever projected twice, whatever becomes of the lease and the connections: see
// [checkpoint.advance]. An outage of the database is waited out.
func (m *Model) Project(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	told := "" // the last failure that the log was told
	for failures := 0; ; failures++ {
		began := time.Now()
		err := m.lead(ctx, log, logger)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > 2*longestStep { // it was at work
			failures, told = 0, ""
		}
		switch {
		case errors.Is(err, errOvertaken), errors.Is(err, errLeaseLost):
			logger.InfoContext(ctx, "pages are served by another generation of the read model, or from another projector")
		case errors.Is(err, errOtherLog), errors.Is(err, errNothingServes):
			m.startOver(ctx, log, logger)
		case err.Error() != told:
			told = err.Error()
			logger.WarnContext(ctx, "the projector starts again", "error", err)
		}
		wait(ctx, min(firstRetry<<min(failures, 16), lastRetry))
	}
}

// startOver makes the tables again, if they are empty, or made of another log than the one
// that stands beside them.
func (m *Model) startOver(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	_, there, err := serving(ctx, m.pool)
	switch {
	case errors.Is(err, errNothingServes):
		logger.WarnContext(ctx, "the tables that pages show are empty, so they are made from the start of the log")
	case err != nil || there:
		return // it was read from another server than the one that is written
	default:
		logger.WarnContext(ctx, "the log lost its end since pages were made of it, so they are made again from its start")
	}
	err = m.Rebuild(ctx, log, logger, func(done, total int64) {})
	if err != nil && ctx.Err() == nil {
		logger.WarnContext(ctx, "pages are not right, until they are made again", "error", err)
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

	lease := newLease(toProject)
	if err := lease.await(ctx, conn); err != nil {
		return fmt.Errorf("ask who projects: %w", err)
	}
	defer lease.giveBack(m.pool)
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
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
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
		case <-renew.C:
			if err := lease.renew(ctx, conn); err != nil {
				return fmt.Errorf("renew the lease: %w", err)
			}
		}
	}
}

// ownConnection returns a connection that is no longer the pool's, so that pages which
// take all that the pool has do not hold up what they wait for.
func (m *Model) ownConnection(ctx context.Context) (*pgx.Conn, error) {
	ctx, connected := context.WithTimeout(ctx, longestStep)
	defer connected()
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
		told := "" // the last failure that the log was told
		for progress, err := range log.Tail(ctx, dcb.AllEvents(), after) {
			if err != nil {
				if err.Error() != told && ctx.Err() == nil {
					logger.WarnContext(ctx, "the log can't be read", "error", err)
				}
				if errors.Is(err, dcb.ErrOtherHistory) || errors.Is(err, dcb.ErrBeyondHead) {
					return
				}
				told = err.Error()
				continue // the tail tries again, after a pause
			}
			told = ""
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
		logger.ErrorContext(ctx, "pages leave out events that can't be read", "events", len(s.unread), "first", s.unread[0].reason())
	}
}

// wait pauses, but not longer than the context lasts.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
