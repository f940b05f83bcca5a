package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// run carries out the command that args name, or serves if they name none. When ctx ends
// it stops, and returns when everything has stopped.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, getenv, stdout)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	logger := newLogger(o, stderr)
	switch o.command {
	case "migrate":
		return migrate(ctx, o, logger, stdout)
	case "healthcheck":
		return healthcheck(ctx, o)
	case "rebuild":
		return rebuild(ctx, o, logger, stdout)
	case "status":
		return status(ctx, o, logger, stdout)
	case "version":
		return printVersion(stdout)
	case "log":
		return onLog(ctx, o, logger, os.Stdin, stdout, stderr)
	default:
		return serveApp(ctx, o, logger, stdout)
	}
}

// serveApp serves the web application until ctx ends.
func serveApp(ctx context.Context, o options, logger *slog.Logger, stdout io.Writer) error {
	m := NewMain(o, logger)
	err := m.Open(ctx)
	if err == nil {
		fmt.Fprintf(stdout, "listening on %s\n", m.URL())
		err = errors.Join(m.Serve(ctx), m.Close())
	}
	if err != nil && ctx.Err() != nil {
		logger.Info("stopped while it was starting", "error", err)
		return nil
	}
	return err
}
