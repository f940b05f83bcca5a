package lab

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/internal/permalink"
)

// TrialOf carries out one burst at a site.
func (b Burst) TrialOf(ctx context.Context, site *Site) (Lineup, []Step, Result, error) {
	return b.run(ctx, site)
}

// WorkingAs returns the strategy with another strategy's way to read and append. What it
// says of itself, its schema and its window stay.
func (s Strategy) WorkingAs(other Strategy) Strategy {
	s.open, s.ddl = other.open, other.ddl
	return s
}

// BrokenInTheWindow carries out one burst that breaks when all contenders are in the window.
func (b Burst) BrokenInTheWindow(ctx context.Context, site *Site, err error) ([]Step, error) {
	id := permalink.NewID()
	lineup, _ := b.lineup(id)
	p := meetingAt(site, id, lineup, func(context.Context) error { return err })
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
