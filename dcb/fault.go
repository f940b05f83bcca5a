package dcb

import (
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// An error of PostgreSQL says whether something may be stored, whose fault it is, and whether
// another try may succeed.

// mayTryAgain reports whether a batch that failed, and stored nothing, may succeed in another
// try, and prepares the committer for it.
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

// isServerError reports whether PostgreSQL turned a statement down, and with it the
// transaction. A FATAL error is not of that kind: it ends the connection, and what
// was sent before may have been carried out.
func isServerError(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

// isOfOneRequest reports whether PostgreSQL turned a statement down because of the data of one
// request. Any other error concerns all requests of the batch.
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
