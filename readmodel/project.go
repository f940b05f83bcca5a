package readmodel

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

const (
	// longestStep is when a server that says nothing is taken for lost. TCP alone would
	// wait for a quarter of an hour.
	longestStep = 6 * time.Second

	// The pause after a failure doubles from the first up to the last.
	firstRetry = 16 * time.Millisecond
	lastRetry  = time.Second
)

// consumer is the name under which the log keeps the place of those who project.
const consumer = "readmodel"

// errApart is matched when the place of the consumer is not that of the generation that serves.
var errApart = errors.New("the log is followed from elsewhere than the tables that pages show end")

// Project keeps the tables up with the log, until the context is done. Of all who call
// it, in whatever process, one works, and the others stand by, see [dcb.Store.Follow]. When that
// one ends, one of the others takes over within a second; when it is killed, hangs or vanishes,
// within ten.
//
// Nothing is ever projected twice, whatever becomes of processes and connections. An outage of
// the database is waited out.
func (m *Model) Project(ctx context.Context, log *dcb.Store, logger *slog.Logger) {
	p := projector{logger: logger}
	following := dcb.Consumer{Name: consumer, Query: dcb.AllEvents(), Handle: p.takeIn, Tries: 1, Logger: logger}
	told := "" // the last failure that the log was told
	for failures := 0; ; failures++ {
		began := time.Now()
		err := log.Follow(ctx, following)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > 2*longestStep { // it was at work
			failures, told = 0, ""
		}
		again := m.goOn(ctx, log, logger, err)
		if again != nil && again.Error() != told {
			told = again.Error()
			logger.WarnContext(ctx, "the projector starts again", "error", again)
		}
		wait(ctx, min(firstRetry<<min(failures, 16), lastRetry))
	}
}

// A projector takes events into the generation that serves. The checkpoint of that generation is
// the place of the consumer: both move in one transaction, and a swap moves both.
type projector struct {
	logger *slog.Logger
	at     checkpoint // where it has left the tables, if that is known
}

func (p *projector) takeIn(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
	ctx, done := context.WithTimeout(ctx, longestStep)
	defer done()
	at := p.at
	p.at = checkpoint{} // until it is certain
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

// goOn does what it takes to go on after an error, or returns what is in the way.
func (m *Model) goOn(ctx context.Context, log *dcb.Store, logger *slog.Logger, err error) error {
	if errors.Is(err, errApart) || errors.Is(err, dcb.ErrOtherHistory) {
		err = m.bringTogether(ctx, log)
	}
	switch {
	case errors.Is(err, errOvertaken): // by a rebuild: another generation serves
		return nil
	case errors.Is(err, errOtherLog), errors.Is(err, errNothingServes):
		m.startOver(ctx, log, logger)
		return nil
	}
	return err
}

// bringTogether moves the consumer to the checkpoint of the generation that serves. Somebody has
// put back the tables or the log, or an older version of the program has projected.
func (m *Model) bringTogether(ctx context.Context, log *dcb.Store) error {
	ctx, done := context.WithTimeout(ctx, longestSwap)
	defer done()
	return pgx.BeginTxFunc(ctx, m.pool, toChange, func(tx pgx.Tx) error {
		if err := hold(ctx, log, tx); err != nil {
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

// hold keeps the projector from going on until the transaction is over. It is sent to the
// beginning until then.
func hold(ctx context.Context, log *dcb.Store, tx pgx.Tx) error {
	_, err := log.MoveTo(ctx, tx, consumer, dcb.Checkpoint{})
	return err
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
