package dcb

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// longestStep is when a server that says nothing is taken for lost. TCP alone would
	// wait for a quarter of an hour.
	longestStep = 6 * time.Second

	// mostConnections is how many connections may turn out to be dead, one after the other.
	mostConnections = 3

	// setBounds bounds, for one transaction, how long it waits for the append lock, so that
	// a server that is there says so in time. And it bounds how long the transaction has the
	// lock when its process is stopped, or its machine is gone.
	setBounds = `select set_config('lock_timeout', '4s', true), set_config('idle_in_transaction_session_timeout', '4s', true),
		set_config('tcp_keepalives_idle', '2', true), set_config('tcp_keepalives_interval', '1', true), set_config('tcp_keepalives_count', '3', true)`
)

// errLost is matched when a connection turned out to be dead before anything was sent that
// stores something.
var errLost = errors.New("the connection was lost")

// mayTryAgain reports whether a batch of which nothing is stored may be stored when it is
// tried again, and gets ready for that.
func (c *committer) mayTryAgain(err error, attempt int) bool {
	switch {
	case errors.Is(err, ErrUnknownOutcome):
		return false
	case errors.Is(err, errNoRoom):
		c.beQuiet()
		return true
	case errors.Is(err, errLost):
		return attempt < mostConnections
	}
	return isLocked(err) || isStalePlan(err)
}

// resetIfSilent closes all connections of the pool when the server has not answered in
// time, and reports whether that is so. A server that is there answers, so none of them is any
// good. If all of them are in use, they are left to those who use them: perhaps it was they who
// took long, and not the server.
func resetIfSilent(ctx context.Context, pool *pgxpool.Pool) bool {
	silent := errors.Is(ctx.Err(), context.DeadlineExceeded)
	if use := pool.Stat(); silent && use.AcquiredConns() < use.MaxConns() {
		pool.Reset()
	}
	return silent
}

// isServerError reports whether PostgreSQL turned a statement down, and with it the
// transaction. A FATAL error is not of that kind: it ends the connection, and what
// was sent before may have been carried out.
func isServerError(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

// wasNeverSent reports whether the statements of a batch could not be prepared. pgx does that
// before it sends any of them. [pgconn.SafeToRetry] does not tell: it looks at one of the
// joined errors, and that may be about what was to be done after the connection was lost.
func wasNeverSent(err error) bool {
	_, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok
}

// isOfOneRequest reports whether PostgreSQL turned a statement down because of data that
// one request brought. What else goes wrong goes wrong for the others of its batch, too.
func isOfOneRequest(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !isServerError(err) {
		return false
	}
	const badData, badKey, tooMuch = "22", "23", "54"
	return strings.HasPrefix(e.Code, badData) || strings.HasPrefix(e.Code, badKey) || strings.HasPrefix(e.Code, tooMuch)
}

// isTakenID reports whether the ID of an event is stored already.
func isTakenID(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.ConstraintName == "dcb_event_id_is_unique"
}

// isLocked reports whether the wait for the append lock was too long.
func isLocked(err error) bool { return hasCode(err, "55P03") }

// isStalePlan reports whether a connection has prepared a statement for tables that have
// been changed since. It prepares the statement anew the next time.
func isStalePlan(err error) bool { return hasCode(err, "0A000", "26000") }

func hasCode(err error, codes ...string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, e.Code)
}
