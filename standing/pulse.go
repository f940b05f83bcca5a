package standing

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed pulse.sql
var pulseSQL string

const (
	// Stretch is how long each stretch of a pulse is.
	Stretch = 2 * time.Second

	// Stretches is how many stretches a pulse has. Together they are three minutes.
	Stretches = 90
)

// A Moment is what all processes together did in one stretch of time.
type Moment struct {
	At         time.Time // when the stretch began
	Decisions  int       // how many left a receipt
	Conflicted int       // how many of the decisions met a conflict
	TurnedAway int       // how many were refused by a rule, or gave up
	Lag        int64     // by how many events pages were behind the log
	LagKnown   bool      // false if no process looked
}

// Pulse returns the last [Stretches] moments, the earliest first. The stretch that is not over yet
// is left out.
func Pulse(ctx context.Context, pool *pgxpool.Pool) ([]Moment, error) {
	rows, _ := pool.Query(ctx, pulseSQL, Stretches) // CollectRows returns the error
	moments, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Moment, err error) {
		var lag *int64
		if err := row.Scan(&m.At, &m.Decisions, &m.Conflicted, &m.TurnedAway, &lag); err != nil || lag == nil {
			return m, err
		}
		m.Lag, m.LagKnown = *lag, true
		return m, nil
	})
	if err != nil {
		return nil, fmt.Errorf("count what was decided: %w", err)
	}
	return moments, nil
}
