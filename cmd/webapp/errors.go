package main

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// rootCause returns the innermost error, which is the one that a person can use.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// oneLine makes one sentence of an error that lists several attempts.
func oneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// What a standby answers to those who want to write: that a transaction only reads, and that
// it can't be told otherwise.
var standbyCodes = []string{"25006", "0A000"}

const tooManyConnections = "53300"

// isOutage reports whether an error says that the database is away: it can't be
// reached, the connection broke, it is shutting down or starting, it has no connection left,
// or it is a standby by now and takes no writes. A deadline says only that there was no
// time left, though it counts as an error of the network.
func isOutage(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		connection := strings.HasPrefix(e.Code, "08")
		intervention := strings.HasPrefix(e.Code, "57P")
		return connection || intervention || slices.Contains(standbyCodes, e.Code) || e.Code == tooManyConnections
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return connecting || network || pgconn.SafeToRetry(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
