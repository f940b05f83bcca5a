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

// ErrRebuilding is returned by [Model.Rebuild] when another rebuild is under way.
var ErrRebuilding = errors.New("another rebuild is under way")

// longestSwap bounds the swap at the end of a rebuild, which takes in what happened since
// the new generation was filled. To fail there would cost the whole rebuild.
const longestSwap = time.Minute

// Rebuild fills the tables from the start of the log, as a new generation beside the
// one that serves, and then lets the new one serve instead, in one transaction. Pages
// are served all the while, and projectors go on with the new generation by
// themselves. A rebuild that ends early, however it ends, changes nothing that pages
// show; the next one clears away what it left.
//
// progress is told how many events are done, of how many.
func (m *Model) Rebuild(ctx context.Context, log *dcb.Store, logger *slog.Logger, progress func(done, total int64)) error {
	conn, err := m.ownConnection(ctx)
	if err != nil {
		return err
	}
	defer closeConnection(conn)
	if err := makeTables(ctx, conn); err != nil {
		return err
	}
	lease := newLease(toRebuild)
	switch err := lease.take(ctx, conn); {
	case errors.Is(err, errLeaseLost):
		return ErrRebuilding
	case err != nil:
		return fmt.Errorf("ask who rebuilds: %w", err)
	}
	defer lease.giveBack(m.pool)
	if err := lease.clearAway(ctx, conn); err != nil {
		return err
	}
	next, err := lease.newGeneration(ctx, conn)
	if err != nil {
		return err
	}
	if next, err = lease.fill(ctx, conn, log, logger, next, progress); err != nil {
		return err
	}
	if err := lease.swap(ctx, conn, log, logger, next); err != nil {
		return err
	}
	if err := lease.clearAway(ctx, conn); err != nil { // the next one will
		logger.WarnContext(ctx, "the tables that were replaced are still there", "error", err)
	}
	return nil
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

// newGeneration returns the checkpoint of a generation that has nothing in it.
func (l lease) newGeneration(ctx context.Context, conn *pgx.Conn) (next checkpoint, err error) {
	const insert = `insert into read_generation (generation) select coalesce(max(generation), 0) + 1 from read_generation returning generation`
	err = l.change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, insert).Scan(&next.generation) })
	if err != nil {
		return next, fmt.Errorf("begin a generation: %w", err)
	}
	return next, nil
}

// fill takes the log into a generation that does not serve, up to its end.
func (l lease) fill(ctx context.Context, conn *pgx.Conn, log *dcb.Store, logger *slog.Logger, c checkpoint, progress func(done, total int64)) (checkpoint, error) {
	total, err := head(ctx, log)
	if err != nil {
		return c, err
	}
	progress(c.Position, total)
	stretches, end := follow(ctx, log, c.Checkpoint, logger)
	defer end()
	for c.Position < total {
		s, err := next(ctx, stretches)
		if err != nil {
			return c, err
		}
		s.warn(ctx, logger)
		err = l.change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error {
			c, err = c.advance(ctx, tx, s)
			return err
		})
		if err != nil {
			return c, fmt.Errorf("fill the new generation: %w", err)
		}
		if c.Position >= total { // the log has grown meanwhile
			if total, err = head(ctx, log); err != nil {
				return c, err
			}
		}
		progress(c.Position, max(total, c.Position))
	}
	return c, nil
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

func next(ctx context.Context, stretches <-chan stretch) (stretch, error) {
	s, open := <-stretches
	if !open {
		return s, followingEnd(ctx)
	}
	return s, nil
}

// swap lets a generation serve in place of the one that does. First it takes in what
// happened since it was filled: pages must not go back to how things were.
func (l lease) swap(ctx context.Context, conn *pgx.Conn, log *dcb.Store, logger *slog.Logger, c checkpoint) error {
	// While the projector is held, what there is to take in has an end. An older version of the
	// program waits for the row of its generation. Where that is now is asked in a statement of its
	// own: this one may have waited, and sees it as it was before.
	const holdGeneration = `select from read_generation where serving for update`
	const dismiss = `update read_generation set serving = false where serving`
	const appoint = `update read_generation set serving = true where generation = $1`
	err := l.changeWithin(ctx, longestSwap, conn, func(ctx context.Context, tx pgx.Tx) error {
		if err := hold(ctx, log, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, holdGeneration); err != nil {
			return err
		}
		shown, there, err := serving(ctx, tx)
		if err != nil && !errors.Is(err, errNothingServes) {
			return err
		}
		stretches, end := follow(ctx, log, c.Checkpoint, logger)
		defer end()
		for there && c.Position < shown.Position { // else pages show what the log has lost
			s, err := next(ctx, stretches)
			if err != nil {
				return err
			}
			s.warn(ctx, logger)
			if c, err = c.advance(ctx, tx, s); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, dismiss); err != nil {
			return err
		}
		appointed, err := tx.Exec(ctx, appoint, c.generation)
		if err == nil && appointed.RowsAffected() == 0 {
			err = errOvertaken // somebody has cleared it away
		}
		if err == nil {
			_, err = log.MoveTo(ctx, tx, consumer, c.Checkpoint)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("let the new generation serve: %w", err)
	}
	return nil
}

// clearAway removes the generations that do not serve, which are what the last
// rebuild replaced, or one that did not come to its end.
//
// Their rows of read_generation go first: what a rebuild that lost its lease is just
// adding is there when that statement ends, and nothing can be added after it. The other
// rows may be millions, and go some at a time: nobody waits for long, and the lease stays.
func (l lease) clearAway(ctx context.Context, conn *pgx.Conn) error {
	const ofNoGeneration = ` where generation not in (select generation from read_generation)`
	for _, remove := range []string{
		`delete from read_generation where not serving`,
		`delete from read_place where ctid in (select ctid from read_place` + ofNoGeneration + ` limit 10000)`,
		`delete from read_student where ctid in (select ctid from read_student` + ofNoGeneration + ` limit 10000)`,
		`delete from read_course where ctid in (select ctid from read_course` + ofNoGeneration + ` limit 10000)`,
		`delete from read_unread where ctid in (select ctid from read_unread` + ofNoGeneration + ` limit 10000)`,
	} {
		for left := int64(1); left > 0; {
			err := l.change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error {
				removed, err := tx.Exec(ctx, remove)
				left = removed.RowsAffected()
				return err
			})
			if err != nil {
				return fmt.Errorf("clear away what no page shows: %w", err)
			}
		}
	}
	return nil
}

// head returns the position of the log's last event.
func head(ctx context.Context, log *dcb.Store) (int64, error) {
	head, err := log.Head(ctx)
	return head.Position, err
}
