package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go-crablet/intake"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/underway"
	"go-crablet/web/site"
)

const tidyEvery = time.Minute

// startTidying starts to remove receipts and runs that are older, or more, than keeping allows,
// imports that are too old, and records of what is not under way any more: now, and then every
// minute. It returns the function that stops this and waits for its end. Several processes on
// one database may do it at once.
func startTidying(receipts *receipt.Store, runs *lab.Store, imports *intake.Store, underWay *underway.Store, keeping site.Keeping, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var tidying sync.WaitGroup
	tidying.Go(func() {
		for ctx.Err() == nil {
			tidyOnce(ctx, receipts, runs, imports, underWay, keeping, logger)
			select {
			case <-time.After(tidyEvery):
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		tidying.Wait()
	}
}

func tidyOnce(ctx context.Context, receipts *receipt.Store, runs *lab.Store, imports *intake.Store, underWay *underway.Store, keeping site.Keeping, logger *slog.Logger) {
	trimImports := func(ctx context.Context, _ int, _ time.Duration) (int, error) { return imports.Trim(ctx) }
	trimUnderWay := func(ctx context.Context, _ int, _ time.Duration) (int, error) { return underWay.Trim(ctx) }
	age := time.Duration(keeping.Days) * 24 * time.Hour
	for _, trimmed := range []struct {
		what string
		trim func(ctx context.Context, most int, age time.Duration) (int, error)
		most int
	}{{"receipts", receipts.Trim, keeping.Receipts}, {"runs", runs.Trim, keeping.Races}, {"imports", trimImports, 0}, {"records of what was under way", trimUnderWay, 0}} {
		removed, err := trimmed.trim(ctx, trimmed.most, age)
		if err != nil && ctx.Err() == nil {
			logger.Warn("old "+trimmed.what+" are removed later", "error", err)
		}
		if removed > 0 {
			logger.Info("removed old "+trimmed.what, "number", removed)
		}
	}
}
