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

// toRebuild is the task that one process at a time should do.
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
// A lease only saves work from being done twice. It can't keep two writers apart: a process
// that was stopped and goes on does not know that its lease has run out.
type lease struct{ task, holder string }

// newLease returns a lease with a holder of its own. It is not taken yet.
func newLease(task string) lease {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return lease{task, fmt.Sprintf("%s %d %s", host, os.Getpid(), rand.Text())}
}

// take takes the lease. Its error matches errLeaseLost if another process holds it.
func (l lease) take(ctx context.Context, conn *pgx.Conn) error {
	return change(ctx, conn, func(ctx context.Context, tx pgx.Tx) error { return l.write(ctx, tx, takeLease) })
}

// change calls do in a transaction that first renews the lease, so that no other process
// can take the lease until the transaction is over. If another process has taken it, do is
// not called, and the error matches errLeaseLost.
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

// giveBack ends the lease, so that another process can take it at once. It uses a
// connection of the pool, because the one of the rebuild is closed if its context has
// ended. If giveBack fails, the lease runs out.
func (l lease) giveBack(pool *pgxpool.Pool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = pgx.BeginTxFunc(ctx, pool, toChange, func(tx pgx.Tx) error { return l.write(ctx, tx, giveLeaseBack) })
}
