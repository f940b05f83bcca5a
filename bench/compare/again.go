package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// errLostRace says that another decision was faster, and that nothing was stored.
var errLostRace = errors.New("somebody else was faster")

// How often and how soon a decision is tried again. These are the numbers of dcb.Decide.
const (
	mostRetries  = 63
	firstPause   = 2 * time.Millisecond
	longestPause = 64 * time.Millisecond
)

// again calls try until it does not lose a race. The random pauses between the calls grow. It
// returns how many times it called try again.
func again(ctx context.Context, try func() error) (retries int, err error) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err = try()
		if !errors.Is(err, errLostRace) || retries == mostRetries {
			return retries, err
		}
		retries++
		select {
		case <-ctx.Done():
			return retries, ctx.Err()
		case <-time.After(rand.N(pause)):
		}
	}
}

// lostRace returns errLostRace if an error of PostgreSQL says that the transaction may be tried
// again: it could not be serialized, or it was in a deadlock.
func lostRace(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "40001" || e.Code == "40P01") {
		return errLostRace
	}
	return err
}
