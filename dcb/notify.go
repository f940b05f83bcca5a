package dcb

import (
	"errors"
	"fmt"
	"time"
)

// longestQuiet is how long tails are not notified after the server had no room for a
// notification. They poll, so they are late by a second at most.
const longestQuiet = 10 * time.Second

// errNoRoom is matched when a commit failed because the server's queue of notifications is
// full: some session listens, and has been in a transaction for long. That must not keep
// anybody from appending.
var errNoRoom = errors.New("no room for a notification")

// noRoom makes errNoRoom of the error with which a commit failed that was to notify. An
// event that is too large for an index has the same code, and fails before the commit.
func noRoom(err error, notified bool) error {
	if notified && hasCode(err, "54000") {
		return fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return err
}

// notifies reports whether an append is to notify tails.
func (c *committer) notifies() bool { return time.Now().After(c.quietUntil) }

// beQuiet makes appends notify nobody for a while. The log is told once, and not as often
// as there is still no room.
func (c *committer) beQuiet() {
	if time.Since(c.quietUntil) > longestQuiet {
		c.logger.Warn("the database has no room for notifications, so tails are up to a second late: " +
			"some session that listens has been in a transaction for long, see pg_notification_queue_usage()")
	}
	c.quietUntil = time.Now().Add(longestQuiet)
}
