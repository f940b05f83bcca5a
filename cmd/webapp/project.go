package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// startProjector starts to apply the log to the tables that pages show. It returns the
// function that stops this and waits for its end. It takes no context on purpose: requests
// that are answered while the program stops still wait for the tables.
func startProjector(terms *readmodel.Model, log *dcb.Store, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var projecting sync.WaitGroup
	projecting.Go(func() { terms.Project(ctx, log, logger) })
	return func() {
		cancel()
		projecting.Wait()
	}
}

// longestAwait is how long the program waits for the tables before it answers its first
// request. That is enough, unless the log is long and the tables are new.
const longestAwait = 10 * time.Second

// awaitPages waits until the tables that pages show have reached the end of the log, or
// for longestAwait.
func awaitPages(ctx context.Context, terms *readmodel.Model, log *dcb.Store, logger *slog.Logger) error {
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	shown, err := terms.Await(ctx, head.Position, longestAwait)
	if err == nil && !shown {
		logger.Warn("pages are behind the log, and will catch up while they are served")
	}
	return err
}
