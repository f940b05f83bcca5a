package pgtest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Prepared makes databases that begin with the same content. The content is made once in a
// process, and copied for each test.
type Prepared struct {
	template func() (*template, error)
}

// Prepare returns what makes databases with the content that fill leaves in a migrated one.
// The first test that asks for such a database calls fill, on a pool that nobody else uses.
// Nothing may use the pool any more when fill returns.
func Prepare(fill func(ctx context.Context, pool *pgxpool.Pool) error) *Prepared {
	return &Prepared{sync.OnceValues(func() (*template, error) {
		ctx := context.Background()
		from, err := migrated()
		if err != nil {
			return nil, err
		}
		filled := &template{server: from.server, admin: from.admin}
		if filled.name, err = from.clone(ctx); err != nil {
			return nil, err
		}
		pool, err := pgxpool.New(ctx, from.server(filled.name))
		if err != nil {
			return nil, err
		}
		defer pool.Close()
		return filled, fill(ctx, pool)
	})}
}

// New returns a pool on a prepared database of the test's own. It is closed when the test ends.
func (p *Prepared) New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return newPool(t, p.URL(t))
}

// URL returns the URL of a prepared database of the test's own.
func (p *Prepared) URL(t testing.TB) string {
	t.Helper()
	return copyOf(t, p.template)
}
