package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// longestHandle is how long Handle may take. A process that is stopped in the middle keeps the
	// place locked for as long.
	longestHandle = 30 * time.Second

	// longestRetry is the longest pause between two tries.
	longestRetry = time.Minute

	// letHandle gives the transaction the time that Handle has. If this process is stopped in the
	// middle, the server ends the transaction then.
	letHandle = `select set_config('idle_in_transaction_session_timeout', '30s', true)`

	// moveSQL moves the place of consumer $1 to the event $3, if it is where the holder $2 has
	// left it, and if the log in this database has that event. It locks the place, so no other
	// process can go on from there before the transaction is over.
	moveSQL = `update dcb_consumer
		set position = $3::bigint, event_id = $4::uuid, recorded_at = $5::timestamptz, until = clock_timestamp() + interval '5 seconds'
		where name = $1 and holder = $2
		  and position = $6::bigint and event_id is not distinct from nullif($7, '')::uuid and (position = 0 or recorded_at = $8::timestamptz)
		  and exists (select from dcb_event as e where e.position = $3::bigint and e.id = $4::uuid and e.recorded_at = $5::timestamptz)`
)

// A failed is an error that Handle returned or caused. All others are outages.
type failed struct{ error }

func (e failed) Unwrap() error { return e.error }

// errBusy says that Handle has returned in the middle of an answer, so nothing can be committed.
var errBusy = errors.New("it left rows open that it had asked for")

// take handles a stretch of the log, and moves the place to its end. If Handle fails, each append
// gets a transaction of its own, or each event if it may be parked.
func (f *following) take(ctx context.Context, progress Progress) error {
	if len(progress.Events) != 1 {
		err := f.step(ctx, progress.Events, progress.Checkpoint)
		if _, ok := errors.AsType[failed](err); !ok {
			return err
		}
	}
	for rest := progress.Events; len(rest) > 0; {
		n, err := f.together(ctx, rest)
		if err != nil {
			return err
		}
		to := rest[n-1].Checkpoint()
		if n == len(rest) {
			to = progress.Checkpoint
		}
		if err := f.takeSome(ctx, rest[:n], to); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// together returns how many of the events have to be handled together: those of one append. If
// events may be parked it is one, because the event that can't be handled has to be found.
func (f *following) together(ctx context.Context, events []Event) (n int, err error) {
	if f.Park || len(events) == 1 {
		return 1, nil
	}
	_, end, err := f.store.AppendOf(ctx, events[0].Position)
	for n < len(events) && events[n].Position <= end.Position {
		n++
	}
	return n, err
}

// takeSome hands over events until they are handled. It gives up when that has failed often
// enough.
func (f *following) takeSome(ctx context.Context, events []Event, to Checkpoint) error {
	for try := 1; ; try++ {
		err := f.step(ctx, events, to)
		if _, ok := errors.AsType[failed](err); !ok {
			return err
		}
		first := []any{"events", len(events), "position", events[0].Position, "id", events[0].ID, "type", events[0].Type, "tries", try, "error", err}
		switch {
		case try < f.tries:
			f.log.WarnContext(ctx, "events can't be handled, and are tried again", first...)
			if err := f.pause(ctx, min(firstRetry<<min(try-1, 16), longestRetry)); err != nil {
				return err
			}
		case f.Park:
			err := f.park(ctx, events[0], to, try, err)
			if err == nil {
				f.log.ErrorContext(ctx, "an event can't be handled, and is parked", first...)
			}
			return err
		default:
			return ending{fmt.Errorf("handle what was appended at position %d (tries: %d): %w", events[0].Position, try, err)}
		}
	}
}

// pause waits, and stays the active one meanwhile.
func (f *following) pause(ctx context.Context, d time.Duration) error {
	for ; d > 0; d -= renewEvery {
		if err := pause(ctx, min(d, renewEvery)); err != nil {
			return err
		}
		if err := f.turn.renew(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step hands over events, if there are any, and moves the place in the same transaction.
func (f *following) step(ctx context.Context, events []Event, to Checkpoint) error {
	return f.move(ctx, to, func(ctx context.Context, tx pgx.Tx) error {
		if len(events) == 0 {
			return nil
		}
		return f.Handle(ctx, tx, events)
	})
}

// move moves the place, and does something in the same transaction. Its error matches
// errOvertaken if the place is not where this process has left it.
func (f *following) move(ctx context.Context, to Checkpoint, do func(context.Context, pgx.Tx) error) error {
	err := f.store.handle(ctx, do, moveSQL, f.Name, f.turn.holder,
		to.Position, to.EventID, to.RecordedAt, f.at.Position, f.at.EventID, f.at.RecordedAt)
	if err == nil {
		f.at, f.worked = to, true
	}
	return err
}

// handle runs a statement that changes one row, and then do, in one transaction. If there is no
// such row, it does not call do, and the error matches errOvertaken. If do is the reason for the
// error, it is a failed.
func (s *Store) handle(ctx context.Context, do func(context.Context, pgx.Tx) error, statement string, args ...any) error {
	conn, tx, err := s.beginToHandle(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer conn.Release()
	handling, handled := context.WithTimeout(ctx, longestHandle)
	defer handled()
	err = do(handling, tx)
	busy := conn.Conn().PgConn().IsBusy()
	switch {
	case err == nil && busy:
		err = errBusy
	case err == nil:
		err = tx.Commit(handling)
	}
	if err == nil {
		return nil
	}
	rollBack(tx)
	switch lost := conn.Conn().IsClosed() && !busy; { // a rollback closes a connection that is busy
	case ctx.Err() != nil:
		return ctx.Err()
	case handling.Err() != nil:
		return failed{fmt.Errorf("it takes longer than %s: %w", longestHandle, err)}
	case lost && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled): // of its own
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return failed{err}
}

// beginToHandle begins the transaction of handle, and changes the row. Without an error, the caller
// has to release the connection.
func (s *Store) beginToHandle(ctx context.Context, statement string, args ...any) (*pgxpool.Conn, pgx.Tx, error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, s.pool)
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		conn.Release()
		return nil, nil, err
	}
	trip := tripOf(keepSettings, setPlan, setBounds)
	trip.Queue(statement, args...)
	trip.Queue(putBack)
	trip.Queue(letHandle)
	results := tx.SendBatch(ctx, trip)
	err = skip(results, 3)
	changed, execErr := results.Exec()
	err = cmp.Or(err, execErr, skip(results, 2), results.Close())
	if err == nil && changed.RowsAffected() == 0 {
		err = errOvertaken
	}
	if err != nil {
		rollBack(tx)
		conn.Release()
		return nil, nil, err
	}
	return conn, tx, nil
}

// rollBack ends a transaction whose context may be done already.
func rollBack(tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = tx.Rollback(ctx)
}
