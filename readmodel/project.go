package readmodel

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

// The pause after a failure doubles from the first up to the last.
const (
	firstRetry = 16 * time.Millisecond
	lastRetry  = time.Second
)

// consumer is the name under which the log keeps the position of the projector.
const consumer = "readmodel"

// errApart is matched when the consumer's position is not the checkpoint of the generation
// that serves.
var errApart = errors.New("the consumer is at another position than the tables that pages show")

// Project keeps the tables up with the log, until the context is done. If several
// processes call it, one works and the others stand by, see [dcb.Store.Follow]. When the
// working one ends, another takes over within a second; when it is killed, hangs or
// vanishes, within ten.
//
// No event is projected twice, whatever happens to processes and connections. Project
// waits until an outage of the database is over.
func (m *Model) Project(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	p := projector{logger: logger}
	following := dcb.Consumer{Name: consumer, Query: dcb.AllEvents(), Handle: p.handle, Tries: 1, Logger: logger}
	told := "" // the last failure that the logger was told
	for failures := 0; ; failures++ {
		began := time.Now()
		err := log.Follow(ctx, following)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > 2*longestStep { // it worked for a while
			failures, told = 0, ""
		}
		again := m.resume(ctx, log, logger, err)
		if again != nil && again.Error() != told {
			told = again.Error()
			logger.WarnContext(ctx, "the projector starts again", "error", again)
		}
		wait(ctx, min(firstRetry<<min(failures, 16), lastRetry))
	}
}

// A projector applies events to the generation that serves. The checkpoint of that
// generation is the position of the consumer: both move in one transaction.
type projector struct {
	logger *slog.Logger
	at     checkpoint // where it left the tables, or zero if that is unknown
}

func (p *projector) handle(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
	ctx, done := context.WithTimeout(ctx, longestStep)
	defer done()
	at := p.at
	p.at = checkpoint{} // in case this transaction fails
	if !at.serving || events[0].Position != at.Position+1 {
		var there bool
		var err error
		switch at, there, err = serving(ctx, tx); {
		case err != nil:
			return err
		case !there:
			return errOtherLog
		case events[0].Position != at.Position+1:
			return errApart
		}
	}
	s := decode(dcb.Progress{Events: events, Checkpoint: events[len(events)-1].Checkpoint()})
	s.warn(ctx, p.logger)
	next, err := at.advance(ctx, tx, s)
	if err == nil {
		p.at = next
	}
	return err
}

// resume makes it possible to project again after an error, or returns an error if it is
// not possible yet.
func (m *Model) resume(ctx context.Context, log *dcb.Store, logger *slog.Logger, err error) error {
	if errors.Is(err, errApart) || errors.Is(err, dcb.ErrOtherHistory) {
		err = m.moveConsumer(ctx, log)
	}
	switch {
	case errors.Is(err, errOvertaken): // by a rebuild: another generation serves now
		return nil
	case errors.Is(err, errOtherLog), errors.Is(err, errNothingServes):
		m.remake(ctx, log, logger)
		return nil
	}
	return err
}

// moveConsumer moves the consumer to the checkpoint of the generation that serves. The two
// differ after somebody restored the tables or the log from a backup, and after an older
// version of the program projected.
func (m *Model) moveConsumer(ctx context.Context, log *dcb.Store) error {
	ctx, done := context.WithTimeout(ctx, longestSwap)
	defer done()
	return pgx.BeginTxFunc(ctx, m.pool, toChange, func(tx pgx.Tx) error {
		if err := holdProjector(ctx, log, tx); err != nil {
			return err
		}
		c, there, err := serving(ctx, tx)
		if err == nil && !there {
			err = errOtherLog
		}
		if err == nil {
			_, err = log.MoveTo(ctx, tx, consumer, c.Checkpoint)
		}
		return err
	})
}

// holdProjector keeps the projector from working until the transaction is over: it locks
// the row of the consumer by moving it to the beginning.
func holdProjector(ctx context.Context, log *dcb.Store, tx pgx.Tx) error {
	_, err := log.MoveTo(ctx, tx, consumer, dcb.Checkpoint{})
	return err
}

// remake makes the tables again if they are empty, or made of another log than the one in
// their database.
func (m *Model) remake(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	_, there, err := serving(ctx, m.pool)
	switch {
	case errors.Is(err, errNothingServes):
		logger.WarnContext(ctx, "the tables that pages show are empty, so they are made from the start of the log")
	case err != nil || there:
		return // the log was read from another server than the one with the tables
	default:
		logger.WarnContext(ctx, "the log lost its end since pages were made of it, so they are made again from its start")
	}
	err = m.Rebuild(ctx, log, logger, func(done, total int64) {})
	if err != nil && ctx.Err() == nil {
		logger.WarnContext(ctx, "pages are wrong until their tables are made again", "error", err)
	}
}

// wait pauses for d, or until the context is done.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
