package dcb

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// waitForStandby makes the commit of a transaction that stores nothing wait for what was
// stored before.
const waitForStandby = `select pg_logical_emit_message(true, 'dcb', '') where current_setting('synchronous_standby_names') <> ''`

// onPrimary asks in a transaction that only a server carries out that may store events. A
// standby, or a server that was a primary a moment ago, does not know what became of an
// append.
//
// When it returns, what it has seen is as safe as what the caller stored itself. Events may
// be seen that no synchronous standby has yet, if the connection was lost that waited for
// that. The message is committed behind them, and waits in their place.
func (c *committer) onPrimary(ctx context.Context, ask func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, c.pool)
	readWrite := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	return pgx.BeginTxFunc(ctx, c.pool, readWrite, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, setBounds); err != nil {
			return err
		}
		if err := ask(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, waitForStandby)
		return err
	})
}

// Confirm returns when all that is stored now is as safe as what the caller has stored
// itself: under synchronous replication, when a standby has it. Call it before you tell
// somebody, by what you have only read, that their request was carried out. It needs a
// server that may be written to, and costs a commit only under synchronous replication.
//
// [Decide] calls it by itself when there is nothing to do.
func (s *Store) Confirm(ctx context.Context) error {
	err := s.open()
	if err == nil {
		err = s.committer.confirm(ctx)
	}
	if err != nil {
		return fmt.Errorf("confirm what is stored: %w", err)
	}
	return nil
}

// confirm is onPrimary with nothing to ask, in one round trip. It may be asked any number of
// times, so a connection that turns out to be dead is no reason to fail.
func (c *committer) confirm(ctx context.Context) error {
	ctx, answered := context.WithTimeout(ctx, longestCommit)
	defer answered()
	for attempt := 1; ; attempt++ {
		err := c.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
			return conn.SendBatch(ctx, tripOf(begin, waitForStandby, commit)).Close()
		})
		if err == nil || isServerError(err) || attempt == mostConnections || ctx.Err() != nil {
			return err
		}
	}
}
