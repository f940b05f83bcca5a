package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/pressly/goose/v3/lock"
)

const (
	// longestWait is how long to wait for another process that migrates.
	longestWait = 5 * time.Minute

	// longestSilence is how long to wait before waiting is called.
	longestSilence = time.Second
)

// A sessionLock lets one process migrate at a time. The others wait inside the database, so
// they go on as soon as they can; goose's own locker asks every five seconds. The lock is the
// same as goose's, which older versions of the program take.
type sessionLock struct {
	waiting func() // called once if another process takes longer than longestSilence; may be nil
}

var _ lock.SessionLocker = sessionLock{}

// SessionLock implements [lock.SessionLocker].
func (l sessionLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	if l.waiting != nil {
		late := time.AfterFunc(longestSilence, l.waiting)
		defer late.Stop()
	}
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock($1)`, lock.DefaultLockID); err != nil {
		return fmt.Errorf("wait for another process that migrates the database: %w", err)
	}
	return nil
}

// SessionUnlock implements [lock.SessionLocker].
func (l sessionLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `select pg_advisory_unlock($1)`, lock.DefaultLockID)
	return err
}
