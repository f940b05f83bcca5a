//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"
)

const (
	// longestSilence is when it is said what is waited for.
	longestSilence = time.Second

	// longestAnswer is how long a server that says it is ready may take to answer.
	longestAnswer = 15 * time.Second
)

// late says in the log what is waited for, if it takes its time.
func (h *home) late(says string, attrs ...slog.Attr) (done func() bool) {
	return time.AfterFunc(longestSilence, func() {
		h.log.LogAttrs(context.Background(), slog.LevelInfo, says, append(attrs, slog.String("dir", h.dir))...)
	}).Stop
}

// waitReady waits until the server accepts connections. One that recovers from a crash may
// take as long as it likes.
func (h *home) waitReady(ctx context.Context, hold *hold) error {
	defer h.late("PostgreSQL is not ready yet, and is waited for: it may be recovering from a crash", slog.String("log", h.path("log")))()
	var ready time.Time // when it first said so
	for {
		file, err := h.readPIDFile()
		if err == nil && file.hasStarted() {
			if err = h.answers(ctx); err == nil {
				return nil
			}
			if ready.IsZero() {
				ready = time.Now()
			}
		}
		if hold.ended() {
			return errEnded
		}
		if !ready.IsZero() && time.Since(ready) > longestAnswer {
			return fmt.Errorf("PostgreSQL (process %d) in %s does not answer: let it go on with kill -CONT if it was stopped, or end it with kill -INT: %w",
				file.pid, h.dir, err)
		}
		if err := sleep(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
}

// answers asks the server whether it would encrypt. It says no on a socket, without any
// connection being counted. A server that was stopped says nothing, though the kernel
// connects to it.
func (h *home) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", h.socket())
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	// SSLRequest, as in "Message Formats" of PostgreSQL's documentation.
	if _, err := conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return err
	}
	if answer[0] != 'N' {
		return errors.New("the socket is not PostgreSQL's")
	}
	return nil
}
