// Package racetest brings callers of a database together: all at once, or one of
// them held up before a round trip while the others go on.
package racetest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// OpenPool opens a pool whose transactions have this isolation level unless they name
// another, and whose hook runs before each round trip. It is closed when the test ends.
func OpenPool(t testing.TB, url, level string) (*pgxpool.Pool, *Hook) {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	hook := &Hook{}
	config.ConnConfig.Tracer = hook
	config.ConnConfig.RuntimeParams["default_transaction_isolation"] = level
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool, hook
}

// A Hook runs before each round trip to the database, on the goroutine that makes it.
// Until it is set it does nothing.
type Hook struct {
	before atomic.Pointer[func(sql string)]
}

// Set replaces what runs. It gets the first statement of the round trip.
func (h *Hook) Set(before func(sql string)) { h.before.Store(&before) }

func (h *Hook) run(sql string) {
	if before := h.before.Load(); before != nil {
		(*before)(sql)
	}
}

// TraceQueryStart implements [pgx.QueryTracer].
func (h *Hook) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	h.run(query.SQL)
	return ctx
}

// TraceBatchStart implements [pgx.BatchTracer].
func (h *Hook) TraceBatchStart(ctx context.Context, _ *pgx.Conn, batch pgx.TraceBatchStartData) context.Context {
	var all []string
	for _, query := range batch.Batch.QueuedQueries {
		all = append(all, query.SQL)
	}
	h.run(strings.Join(all, ";\n"))
	return ctx
}

// TraceCopyFromStart implements [pgx.CopyFromTracer].
func (h *Hook) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, into pgx.TraceCopyFromStartData) context.Context {
	h.run("copy " + into.TableName.Sanitize())
	return ctx
}

// TraceQueryEnd and the others that follow complete the interfaces of pgx.
func (h *Hook) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)       {}
func (h *Hook) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData)   {}
func (h *Hook) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)       {}
func (h *Hook) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// AtOnce runs n calls at the same time, as far as a starting signal can, and waits
// for them.
func AtOnce(n int, call func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			call(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}
