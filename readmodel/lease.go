package readmodel

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// toRebuild is a task that one process at a time should do.
const toRebuild = "rebuild"

const (
	takeLease = `insert into read_lease as lease (task, holder, until) values ($1, $2, clock_timestamp() + interval '5 seconds')
		on conflict (task) do update set holder = excluded.holder, until = excluded.until where lease.until < clock_timestamp()`

	// A lease that has run out may still be renewed, if nobody has held it since.
	renewLease = `update read_lease set until = clock_timestamp() + interval '5 seconds'
		where task = $1 and holder = $2`

	giveLeaseBack = `update read_lease set until = '-infinity' where task = $1 and holder = $2`
)

// errLeaseLost is matched when another process has taken the lease.
var errLeaseLost = errors.New("another process has taken over")

// A lease is the right to do a task alone, for a few seconds at a time. It is a row of
// read_lease, and no session or connection is tied to it.
//
// It saves work from being done twice. It does not keep two writers apart: a process
// that was stopped goes on without knowing that its lease has run out.
type lease struct{ task, holder string }

// newLease returns a lease under a name of its own, which nobody holds yet.
func newLease(task string) lease {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return lease{task, fmt.Sprintf("%s %d %s", host, os.Getpid(), rand.Text())}
}

// take takes the lease. Its error matches errLeaseLost if somebody holds it.
func (l lease) take(ctx context.Context, conn *pgx.Conn) error {
	return change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error { return l.write(ctx, tx, takeLease) })
}

// change makes a change that only the holder may make: it renews the lease in the same
// transaction. Until that is over nobody can take the lease. Its error matches
// errLeaseLost, and nothing is changed, if somebody else has taken it.
func (l lease) change(ctx context.Context, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	return l.changeWithin(ctx, longestStep, conn, do)
}

func (l lease) changeWithin(ctx context.Context, longest time.Duration, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	return changeWithin(ctx, longest, conn, func(ctx context.Context, tx pgx.Tx) error {
		if err := l.write(ctx, tx, renewLease); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

func (l lease) write(ctx context.Context, tx pgx.Tx, sql string) error {
	written, err := tx.Exec(ctx, sql, l.task, l.holder)
	if err == nil && written.RowsAffected() == 0 {
		err = errLeaseLost
	}
	return err
}

// giveBack lets the next one take the lease at once. It takes a connection of the pool,
// because the one that was worked on is closed when its context ends. If it fails, the
// lease runs out.
func (l lease) giveBack(pool *pgxpool.Pool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = pgx.BeginTxFunc(ctx, pool, toChange, func(tx pgx.Tx) error { return l.write(ctx, tx, giveLeaseBack) })
}

// beginToChange begins a transaction that writes. Level and access are named, so that no
// default of the database or the role can make them others. If the process is stopped in
// the middle, the server ends the transaction, and with it the locks that others wait
// for. Of sequential scans see walkIndexes. Nothing of this outlives the transaction, so it
// may share its session.
var toChange = pgx.TxOptions{BeginQuery: `begin isolation level read committed read write;
	set local idle_in_transaction_session_timeout = '5s';
	set local enable_seqscan = off;
	set local jit = off`}

// change makes a change in a transaction of its own, for which it has longestStep.
func change(ctx context.Context, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	return changeWithin(ctx, longestStep, conn, do)
}

func changeWithin(ctx context.Context, longest time.Duration, conn *pgx.Conn, do func(context.Context, pgx.Tx) error) error {
	ctx, done := context.WithTimeout(ctx, longest)
	defer done()
	return pgx.BeginTxFunc(ctx, conn, toChange, func(tx pgx.Tx) error { return do(ctx, tx) })
}
