package lab

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// TrialOf carries out one burst at a site.
func (b Burst) TrialOf(ctx context.Context, site *Site) (Lineup, []Step, Result, error) {
	return b.run(ctx, site)
}

// WorkingAs returns the strategy with another one's way to read and append: what it
// says of itself, its schema and its gap stay.
func (s Strategy) WorkingAs(other Strategy) Strategy {
	s.open, s.ddl = other.open, other.ddl
	return s
}

// BrokenInTheGap carries out one burst in which something breaks when all are in the gap.
func (b Burst) BrokenInTheGap(ctx context.Context, site *Site, err error) ([]Step, error) {
	id := newID()
	lineup, _ := b.lineup(id)
	p := meetingAt(site, id, lineup)
	p.inGap = func(context.Context) error { return err }
	_, err = p.run(ctx)
	return p.steps.all(), err
}

// On returns the strategy's log in the database of a pool that has the tables of a log.
func (s Strategy) On(ctx context.Context, pool *pgxpool.Pool, store *dcb.Store) (dcb.Log, error) {
	if s.ddl != "" {
		if _, err := pool.Exec(ctx, strings.Replace(s.ddl, "create sequence", "create sequence if not exists", 1)); err != nil {
			return nil, err
		}
	}
	return s.open(&Site{Strategy: s, pool: pool, store: store}), nil
}
