package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// rebuild fills the tables that pages show again, from the start of the log.
func rebuild(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	database, err := openExistingDatabase(ctx, o, logger)
	if err != nil {
		return err
	}
	defer database.Close()
	store, err := dcb.Open(ctx, database.pool, dcb.Options{Logger: logger})
	if err != nil {
		return err
	}
	defer store.Close()

	progress := newProgress(stdout)
	err = readmodel.New(database.pool).Rebuild(ctx, store, logger, progress.tell)
	progress.end()
	if err != nil {
		return fmt.Errorf("rebuild: %w; pages show what they showed before", err)
	}
	fmt.Fprintf(stdout, "the tables are filled again, from %d events\n", progress.done)
	return nil
}
