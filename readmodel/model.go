package readmodel

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A Model answers the questions of pages, and keeps its tables up with the log. It is safe
// for concurrent use, by any number of goroutines and processes on one database.
type Model struct{ pool *pgxpool.Pool }

// New returns the model in the pool's database, which must have the log with all its
// tables, and the tables of migrations/0003_readmodel.sql, 0007_readmodel_unlisted.sql,
// 0009_readmodel_lease.sql, 0010_readmodel_history.sql, 0013_readmodel_unread.sql and
// 0017_readmodel_forgotten.sql.
func New(pool *pgxpool.Pool) *Model { return &Model{pool} }

// The pause between two looks at the checkpoint doubles from the first to the last: most
// positions are reached within a few milliseconds.
const (
	firstPause = 2 * time.Millisecond
	lastPause  = 64 * time.Millisecond
)

// Await waits until pages show the log up to a position, and reports whether they do. It
// returns false when patience is over: the projector is late or not running.
func (m *Model) Await(ctx context.Context, position int64, patience time.Duration) (bool, error) {
	enough := time.After(patience)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		reached, err := m.position(ctx)
		if err != nil {
			return false, err
		}
		if reached >= position {
			return true, nil
		}
		select {
		case <-time.After(pause):
		case <-enough:
			return false, nil
		}
	}
}

// position returns the position up to which pages show the log.
func (m *Model) position(ctx context.Context) (position int64, err error) {
	switch c, there, err := serving(ctx, m.pool); {
	case errors.Is(err, errNothingServes):
		return 0, nil
	case !there:
		return 0, err
	default:
		return c.Position, nil
	}
}
