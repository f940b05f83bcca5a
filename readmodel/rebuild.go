package readmodel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

// ErrRebuilding means that another rebuild is under way.
var ErrRebuilding = errors.New("another rebuild is under way")

// longestSwap bounds the swap at the end of a rebuild. It is long, because a swap that
// fails costs the whole rebuild.
const longestSwap = time.Minute

// Rebuild fills a new generation of the tables from the start of the log, beside the one
// that serves, and then lets the new one serve instead, in one transaction. Pages are
// served all the while, and projectors go on with the new generation. A rebuild that ends
// early changes nothing that pages show; the next rebuild deletes its rows.
//
// It tells progress how many events of how many are done. It returns [ErrRebuilding] if
// another rebuild is under way.
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
	if err := lease.clearAway(ctx, conn); err != nil { // the next rebuild will do it
		logger.WarnContext(ctx, "the tables that were replaced are still there", "error", err)
	}
	return nil
}

// ownConnection takes a connection out of the pool, so that a rebuild goes on while pages
// use all connections of the pool.
func (m *Model) ownConnection(ctx context.Context) (*pgx.Conn, error) {
	ctx, connected := context.WithTimeout(ctx, longestStep)
	defer connected()
	pooled, err := m.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return pooled.Hijack(), nil
}

// closeConnection closes a connection whose context may be done already.
func closeConnection(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
}

// newGeneration returns the checkpoint of a new, empty generation.
func (l lease) newGeneration(ctx context.Context, conn *pgx.Conn) (next checkpoint, err error) {
	const insert = `insert into read_generation (generation) select coalesce(max(generation), 0) + 1 from read_generation returning generation`
	err = l.change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, insert).Scan(&next.generation) })
	if err != nil {
		return next, fmt.Errorf("begin a generation: %w", err)
	}
	return next, nil
}

// fill applies the log, up to its end, to a generation that does not serve.
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

// swap lets a generation serve instead of the one that does. First it applies the events
// that pages show already, so that pages never go back in time.
func (l lease) swap(ctx context.Context, conn *pgx.Conn, log *dcb.Store, logger *slog.Logger, c checkpoint) error {
	// The projector is held, so that the swap can catch up with it. The projector of an older
	// version waits for the row of its generation instead. Its checkpoint is read in a later
	// statement: this one may have waited, and its snapshot is older than the wait.
	const holdGeneration = `select from read_generation where serving for update`
	const dismiss = `update read_generation set serving = false where serving`
	const appoint = `update read_generation set serving = true where generation = $1`
	err := l.changeWithin(ctx, longestSwap, conn, func(ctx context.Context, tx pgx.Tx) error {
		if err := holdProjector(ctx, log, tx); err != nil {
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
		for there && c.Position < shown.Position { // otherwise pages show events that the log lost
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
			err = errOvertaken // another rebuild deleted it
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

// clearAway deletes the generations that do not serve: the one that the last rebuild
// replaced, and those of rebuilds that ended early.
//
// It deletes their rows of read_generation first. A rebuild that lost its lease may still be
// writing: that statement waits for it, and after it the rebuild can't write any more. The
// other rows may be millions, so they go 10,000 at a time: no transaction is long, and each
// renews the lease.
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
