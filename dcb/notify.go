package dcb

import (
	"log/slog"
	"time"
)

// longestQuiet is how long tails are not notified after the server had no room for a
// notification. They poll, so they are late by a second at most.
const longestQuiet = 10 * time.Second

// isFullOfNotifications reports whether a commit failed because the server's queue of
// notifications is full: some session listens, and has been in a transaction for long. That
// must not keep anybody from appending.
func isFullOfNotifications(err error) bool { return hasCode(err, "54000") }

// notifies reports whether an append is to notify tails.
func (c *committer) notifies() bool { return time.Now().After(c.quietUntil) }

// beQuiet makes appends notify nobody for a while.
func (c *committer) beQuiet() {
	if c.quietUntil.IsZero() {
		slog.Warn("the database has no room for notifications, so tails are up to a second late: " +
			"some session that listens has been in a transaction for long, see pg_notification_queue_usage()")
	}
	c.quietUntil = time.Now().Add(longestQuiet)
}
