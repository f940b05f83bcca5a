package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Statements that belong together are sent in one round trip. A read is sent again when its
// connection turns out to be dead; an append is not, see commit.go.

const (
	// After longestStep without an answer, the server counts as lost. TCP alone would wait
	// for a quarter of an hour.
	longestStep = 6 * time.Second

	// mostConnections is how many connections may turn out to be dead, one after the other.
	mostConnections = 3

	// setBounds bounds, for one transaction, how long it waits for the append lock, so that
	// a server that is there answers within longestStep. And it bounds how long the transaction
	// keeps the lock when its process is stopped, or its machine is gone.
	setBounds = `select set_config('lock_timeout', '4s', true), set_config('idle_in_transaction_session_timeout', '4s', true),
		set_config('tcp_keepalives_idle', '2', true), set_config('tcp_keepalives_interval', '1', true), set_config('tcp_keepalives_count', '3', true)`
)

// errLost is matched when a connection turned out to be dead before anything was sent that
// stores something.
var errLost = errors.New("the connection was lost")

// resetIfSilent reports whether the server has not answered before the deadline of ctx. If so, it
// closes all connections of the pool: they lead to the same silent server. If all of them
// are in use, it leaves them open: perhaps their users took long, and not the server.
func resetIfSilent(ctx context.Context, pool *pgxpool.Pool) bool {
	silent := errors.Is(ctx.Err(), context.DeadlineExceeded)
	if use := pool.Stat(); silent && use.AcquiredConns() < use.MaxConns() {
		pool.Reset()
	}
	return silent
}

// mostAsked bounds how often a statement is sent. When tables change, the plans of all
// connections are stale at the same time.
const mostAsked = 32

// query sends a statement that reads, and lets answer read the result. It sends it again, on
// another connection, if the first one turns out to be dead, or to have a plan for tables that
// have been changed since.
func (s *Store) query(ctx context.Context, statement string, args []any, answer func(pgx.BatchResults) error) error {
	return s.queryWith(ctx, setPlan, statement, args, answer)
}

// queryWith is query with other settings of the transaction.
func (s *Store) queryWith(ctx context.Context, settings, statement string, args []any, answer func(pgx.BatchResults) error) error {
	for attempt := 1; ; attempt++ {
		err := s.queryOnce(ctx, settings, statement, args, answer)
		again := isStalePlan(err) || errors.Is(err, errLost) && attempt < mostConnections
		if !again || attempt == mostAsked || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Store) queryOnce(ctx context.Context, settings, statement string, args []any, answer func(pgx.BatchResults) error) error {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	conn, err := acquire(ctx, s.pool)
	if err != nil {
		return err
	}
	defer conn.Release()
	trip := tripOf(settings) // one transaction, which has the settings
	trip.Queue(statement, args...)
	results := conn.SendBatch(ctx, trip)
	if err = cmp.Or(skip(results, 1), answer(results), results.Close()); err != nil && !isServerError(err) {
		resetIfSilent(ctx, s.pool)
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}

// change carries out a statement in a transaction of its own, in one round trip, and returns how
// many rows it has changed. begin names the isolation level and the access, so that no default
// changes them.
func (s *Store) change(ctx context.Context, statement string, args ...any) (rows int64, err error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, s.pool)
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	trip := tripOf(begin, setPlan, setBounds)
	trip.Queue(statement, args...)
	trip.Queue(commit)
	results := conn.SendBatch(ctx, trip)
	err = skip(results, 3)
	changed, execErr := results.Exec()
	if err = cmp.Or(err, execErr, skip(results, 1), results.Close()); err != nil {
		_, _ = conn.Exec(ctx, rollback) // if that fails too, the connection is not used again
		return 0, err
	}
	return changed.RowsAffected(), nil
}

// tripOf returns statements that are sent at once, and still carried out one after the other.
func tripOf(statements ...string) *pgx.Batch {
	var trip pgx.Batch
	for _, statement := range statements {
		trip.Queue(statement)
	}
	return &trip
}

// skip reads the results of n statements that return nothing of interest.
func skip(results pgx.BatchResults, n int) error {
	for range n {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	return nil
}

// acquire returns a connection of the pool, soon or not at all.
func acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	conn, err := pool.Acquire(ctx)
	if err != nil && resetIfSilent(ctx, pool) {
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return conn, err
}
