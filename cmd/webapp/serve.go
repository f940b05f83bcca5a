package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"go-crablet/dcb"
)

// When the program stops, requests that are under way have longestDrain to end. Those that
// take longer are cut off. For the last part of that time, lastAnswers, their contexts are
// done: so a handler can still tell its visitor what happened to the form.
const (
	longestDrain = 10 * time.Second
	lastAnswers  = 3 * time.Second
)

// serve answers requests until ctx ends. Then it waits for those that are under way, for
// longestDrain at most.
func serve(ctx context.Context, listener net.Listener, h http.Handler, logger *slog.Logger) error {
	requests, end := context.WithCancelCause(context.Background())
	defer end(nil)
	server := &http.Server{
		Handler:           withEndOfBody(h),
		BaseContext:       func(net.Listener) context.Context { return requests },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		logger.Info("stopping")
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestDrain)
		defer cancel()
		late := time.AfterFunc(longestDrain-lastAnswers, func() { end(dcb.ErrClosed) })
		defer late.Stop()
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			logger.Warn("cut off what took longer than 10 seconds")
			err = server.Close()
		}
		done <- err
	})
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-done
}

// withEndOfBody ends the reading of a request's body when the context of the request ends. A
// handler that waits for the body could not answer otherwise.
func withEndOfBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stop := context.AfterFunc(r.Context(), func() {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // if it fails, the request is cut off later
		})
		defer stop()
		next.ServeHTTP(w, r)
	})
}
