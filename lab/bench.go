package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// claimBench takes the right to compare strategies. One comparison at a time has it in a
// database: two would spoil each other's figures, and use the same schemas. The error is
// [Busy] if no site can be opened, and while another comparison has the right, in this or
// any other process. The right ends with release, or with the process.
func claimBench(ctx context.Context, pool *pgxpool.Pool) (release func(), err error) {
	if err := checkSites(ctx, pool); err != nil { // behind a pooler, the lock would stay with a shared session
		return nil, err
	}
	pooled, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("claim the bench: %w", err)
	}
	conn := pooled.Hijack() // a comparison takes longer than the pool can do without a connection
	release = func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_, _ = conn.Exec(ctx, `select pg_advisory_unlock_all()`) // the end of the session does so, too, but a moment later
		_ = conn.Close(ctx)
	}
	var free bool
	const claim = `select pg_try_advisory_lock($1, hashtext('comparison'))`
	if err := conn.QueryRow(ctx, claim, lockNamespace).Scan(&free); err != nil {
		release()
		return nil, fmt.Errorf("claim the bench: %w", err)
	}
	if !free {
		release()
		return nil, Busy("strategies are being compared already, by another process: watch that, and start yours when it is over")
	}
	return release, nil
}
