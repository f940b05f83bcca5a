//go:build !linux && !darwin

package localpg

import (
	"context"
	"errors"
)

// A Server is a running PostgreSQL.
type Server struct{}

// Start fails: this operating system has no FIFOs to keep a server on a leash.
func Start(context.Context, Config) (*Server, error) {
	return nil, errors.New("a private PostgreSQL needs Linux or macOS: set DATABASE_URL to use a server of your own")
}

// URL returns the empty string.
func (*Server) URL(string) string { return "" }

// PID reports that no server is running.
func (*Server) PID() (int, bool) { return 0, false }

// Close does nothing.
func (*Server) Close() error { return nil }
