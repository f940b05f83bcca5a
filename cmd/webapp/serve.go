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

// What is under way when the program is to stop has so long. Before it is cut off, its
// context ends, so that it can still be answered: nobody is to be left without knowing
// what became of a form.
const (
	longestDrain = 10 * time.Second
	lastAnswers  = 3 * time.Second // of that
)

// serve answers requests until ctx is done, then lets those under way finish.
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

// withEndOfBody lets nobody read a body any more when the context of its request is done.
func withEndOfBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stop := context.AfterFunc(r.Context(), func() {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // else it is cut off later
		})
		defer stop()
		next.ServeHTTP(w, r)
	})
}
