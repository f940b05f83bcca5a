package dcb

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// waitForStandby makes the commit of a transaction that stores nothing wait until a synchronous
// standby has what was stored before.
const waitForStandby = `select pg_logical_emit_message(true, 'dcb', '') where current_setting('synchronous_standby_names') <> ''`

// onPrimary asks in a read-write transaction, which a standby turns down: a standby, or a server
// that was the primary a moment ago, does not know whether an append was stored.
//
// It may see events that no synchronous standby has yet, because the connection that waited for the
// standby was lost. So it commits a message after them, and waits for the standby in their
// place. When it returns, what it has seen is as safe as what the caller stored itself.
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

// Confirm returns when everything that is stored now is as safe as what the caller has stored
// itself: under synchronous replication, when a standby has it. Call it before you tell
// somebody that their request was carried out, if you know that only from reading. It needs a
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

// confirm is onPrimary with nothing to ask, in one round trip. Asking twice does no harm, so it
// tries again when a connection turns out to be dead.
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
