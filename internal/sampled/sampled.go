// Package sampled gives a test a database with the sample term, in the log and in the tables of
// pages. A program that starts on it has nothing to load.
package sampled

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/readmodel"
)

var term = pgtest.Prepare(Fill)

// Fill loads the sample term into an empty database, and makes the tables of pages. It is for
// [pgtest.Prepare] of a test whose databases have more than the term.
func Fill(ctx context.Context, pool *pgxpool.Pool) error {
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := courses.LoadSampleTerm(ctx, store); err != nil {
		return err
	}
	return readmodel.New(pool).Rebuild(ctx, store, slog.New(slog.DiscardHandler), func(int64, int64) {})
}

// New returns a pool on a database of the test's own. It is closed when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return term.New(t)
}

// URL returns the URL of a database of the test's own.
func URL(t testing.TB) string {
	t.Helper()
	return term.URL(t)
}
