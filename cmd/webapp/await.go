package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// A database server that starts together with the program answers within longestStart.
const (
	longestStart = 30 * time.Second
	startPause   = 250 * time.Millisecond
)

// connectOnceUp connects to the database. While the server is away it tries again, for
// longestStart at most, and logs that it does.
func connectOnceUp(ctx context.Context, config *pgx.ConnConfig, logger *slog.Logger) (*pgx.Conn, error) {
	for began, told := time.Now(), false; ; {
		conn, err := pgx.ConnectConfig(ctx, config)
		if err == nil || !isOutage(err) || ctx.Err() != nil || time.Since(began) > longestStart {
			return conn, err
		}
		if !told {
			told = true
			logger.Warn(fmt.Sprintf("the database is not up yet: waiting for it, %s at most", longestStart), "error", oneLine(err))
		}
		select {
		case <-time.After(startPause):
		case <-ctx.Done():
		}
	}
}
