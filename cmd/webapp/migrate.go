package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"go-crablet/migrations"
)

// migrate applies the migrations to the database that DATABASE_URL names, and prints how
// many those were.
func migrate(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	if o.databaseURL == "" {
		return errors.New("migrate needs DATABASE_URL; the private database is migrated whenever webapp starts")
	}
	if _, err := checkDatabase(ctx, o.databaseURL, namedDatabase, logger); err != nil {
		return err
	}
	n, err := migrations.Apply(ctx, o.databaseURL, waitsToMigrate(logger))
	if err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(stdout, "applied %d migrations\n", n)
	return nil
}

// waitsToMigrate returns what [migrations.Apply] calls when it has to wait.
func waitsToMigrate(logger *slog.Logger) func() {
	return func() { logger.Info("another process migrates the database: waiting until it is done") }
}
