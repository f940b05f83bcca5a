package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// A server that was started together with the program answers within longestStart. Until
// then it is asked again and again.
const (
	longestStart = 30 * time.Second
	startPause   = 250 * time.Millisecond
)

// connectOnceUp connects to the database. It waits for one that is not up yet, and says so.
func connectOnceUp(ctx context.Context, config *pgx.ConnConfig, logger *slog.Logger) (*pgx.Conn, error) {
	for began, told := time.Now(), false; ; {
		conn, err := pgx.ConnectConfig(ctx, config)
		if err == nil || !isOutage(err) || ctx.Err() != nil || time.Since(began) > longestStart {
			return conn, err
		}
		if !told {
			told = true
			logger.Warn(fmt.Sprintf("the database is not up yet, and is waited for, %s at most", longestStart), "error", oneLine(err))
		}
		select {
		case <-time.After(startPause):
		case <-ctx.Done():
		}
	}
}

// readOnly says that a database can't be written to. which is the database in words.
func readOnly(which string) error {
	const says = " is a standby, or still recovers, and nothing can be stored there"
	if which == privateDatabase {
		return errors.New(which + says)
	}
	return errors.New("the server that DATABASE_URL names" + says + ": name the primary, or all hosts with target_session_attrs=read-write")
}
