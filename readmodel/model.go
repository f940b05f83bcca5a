package readmodel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Model answers what pages ask, and keeps its answers up with the log. It is safe
// for concurrent use, by any number of goroutines and processes on one database.
type Model struct{ pool *pgxpool.Pool }

// New returns the model in the pool's database, which has to have the tables of
// migrations/0001_dcb.sql, 0003_readmodel.sql, 0007_readmodel_unlisted.sql,
// 0009_readmodel_lease.sql, 0010_readmodel_history.sql and 0013_readmodel_unread.sql. The log
// is in the same database.
func New(pool *pgxpool.Pool) *Model { return &Model{pool} }

// nowSQL returns which generation serves, up to where pages show the log, and where it
// ends. If the log lost its end, and pages were made of that, they show nothing of it for
// certain. If nothing serves, that is a generation without rows.
const nowSQL = `select coalesce(g.generation, 0), case when ` + thereSQL + ` then g.position else 0 end, (select coalesce(max(position), 0) from dcb_event)
	from (select 1) as one_row_in_any_case left join read_generation as g on g.serving`

const (
	beginAsOfNow = `begin isolation level repeatable read read only`
	end          = `rollback` // nothing was changed
)

// View calls look with all there is to see as of one moment. The term can be asked
// until look returns, and holds a connection until then: ask the term, and nothing
// else that may take time.
func (m *Model) View(ctx context.Context, look func(*Term) error) error {
	// One snapshot for all that is asked, so that what is said of a course in one
	// place of a page is not denied in another; and one generation.
	return m.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		var first pgx.Batch // one round trip
		first.Queue(beginAsOfNow)
		first.Queue(walkIndexes)
		first.Queue(nowSQL)
		results := conn.SendBatch(ctx, &first)
		var term Term
		var generation int
		_, beginErr := results.Exec()
		_, planErr := results.Exec()
		err := results.QueryRow().Scan(&generation, &term.Position, &term.Head)
		if err = errors.Join(beginErr, planErr, err, results.Close()); err != nil {
			return fmt.Errorf("look where the read model is: %w", err)
		}
		term.Answers = tables{conn, generation}
		err = look(&term)
		if _, endErr := conn.Exec(ctx, end); err == nil {
			err = endErr
		}
		return err
	})
}

// The pause between two looks at the checkpoint doubles from the first to the last:
// most often what is awaited is there within a few milliseconds.
const (
	firstPause = 2 * time.Millisecond
	lastPause  = 64 * time.Millisecond
)

// Await waits until pages show what the log holds up to a position, and reports
// whether they do: false means that the patience ran out, and the projector is
// behind or not running.
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

// position returns up to where the log is in what pages show.
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
