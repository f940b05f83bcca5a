package main

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"go-crablet/dcb"
)

// rootCause returns the innermost error: the ones around it tell a person nothing more.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// oneLine returns an error whose text is one line. pgx lists its attempts in several.
func oneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// The codes with which a standby refuses a write: the transaction is read-only, and it can't
// be made read-write.
var standbyCodes = []string{"25006", "0A000"}

const tooManyConnections = "53300"

// The codes of a server whose disk or memory is full.
var fullCodes = []string{"53100", "53200"}

// isOutage reports whether an error says that the database is away: it can't be reached, the
// connection broke, it is starting or shutting down, it has no connection left, or it has
// become a standby. A PANIC ends the server, and with it all connections. A deadline that has
// passed is not an outage, although it is a [net.Error]: the database may be well, and only slow.
func isOutage(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		connection := strings.HasPrefix(e.Code, "08")
		intervention := strings.HasPrefix(e.Code, "57P")
		panicked := e.SeverityUnlocalized == "PANIC"
		return connection || intervention || panicked || slices.Contains(standbyCodes, e.Code) || e.Code == tooManyConnections
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return connecting || network || pgconn.SafeToRetry(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// isFull reports whether an error says that the database answers, that its disk or its memory is
// full, and that nothing was stored. The same request may succeed later. Two similar errors are
// not of this kind, since they do not pass: a statement exceeds a limit of the configuration
// (53400), and a disk fails (58030). Nor is an append that was sent before, and got lost: it may be
// stored.
func isFull(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR" && slices.Contains(fullCodes, e.Code) && !errors.Is(err, dcb.ErrUnknownOutcome)
}
