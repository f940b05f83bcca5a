package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// project keeps the pages up with the log until what it returns is called. It outlives
// the signal to stop: requests that are under way then wait for the pages as others do.
func project(terms *readmodel.Model, log *dcb.Store, logger *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var projecting sync.WaitGroup
	projecting.Go(func() { terms.Project(ctx, log, logger) })
	return func() {
		cancel()
		projecting.Wait()
	}
}

// startPatience is how long to wait for the pages before the first request: by then
// they show the log, unless it is long and they were never made of it.
const startPatience = 10 * time.Second

// awaitPages waits until the pages show the log as it is now, or long enough.
func awaitPages(ctx context.Context, terms *readmodel.Model, log *dcb.Store, logger *slog.Logger) error {
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	shown, err := terms.Await(ctx, head.Position, startPatience)
	if err == nil && !shown {
		logger.Warn("pages are behind the log, and will catch up while they are served")
	}
	return err
}
