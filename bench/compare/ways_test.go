package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestRightWaysGiveEverySeatAndNoOther(t *testing.T) {
	t.Parallel()
	db := &database{url: pgtest.URL(t), connections: 8}
	for _, w := range ways(2) {
		if w.kind != right {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			past := []wish{{"history", "former"}, {"geometry", "former"}}
			c, err := openContestant(t.Context(), db, w, rules{seats: 5, courses: 3}, past)
			require.NoError(t, err)
			t.Cleanup(func() { c.close(context.Background()) })

			// Twelve students for each of four courses, of which one has four seats left; and one
			// student for twelve courses, of which they may have three.
			var all []wish
			for i := range 12 {
				for _, course := range []string{"algebra", "biology", "chemistry", "geometry"} {
					all = append(all, wish{course, fmt.Sprint(course, i)})
				}
				all = append(all, wish{fmt.Sprint("course", i), "ada"})
			}
			require.NoError(t, c.taker.define(t.Context(), all))
			m, err := turn{writers: 16, length: time.Minute}.run(t.Context(), c.taker, all)
			require.NoError(t, err)

			const seats = 5 + 5 + 5 + 4 + 3
			require.Equal(t, []int{seats, len(all) - seats, 0}, []int{m.taken, m.refused, m.gaveUp})
			found, bytes, err := c.judge(t.Context(), seats)
			require.NoError(t, err)
			require.Equal(t, verdict{seats: seats}, found)
			require.Positive(t, bytes)
		})
	}
}

// The check and the insert are one statement, so a race by chance would seldom show a missing
// lock. Here all writers have read, and wait before their insert. Then all go on at once.
func TestTheLockIsWhatKeepsTheCheckTrue(t *testing.T) {
	t.Parallel()
	for _, w := range []way{wayLockCheck, wayArray} {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			const writers = 8
			db := &database{url: pgtest.URL(t), connections: writers + 1}
			c, err := openContestant(t.Context(), db, w, rules{seats: 1, courses: 10}, nil)
			require.NoError(t, err)
			t.Cleanup(func() { c.close(context.Background()) })

			door, err := c.pool.Begin(t.Context())
			require.NoError(t, err)
			defer door.Rollback(context.Background())
			_, err = door.Exec(t.Context(), `lock table event in share mode`)
			require.NoError(t, err)
			opened := make(chan error, 1)
			go func() { opened <- openWhenAllWait(t.Context(), door, writers) }()

			var all []wish
			for i := range writers {
				all = append(all, wish{"algebra", fmt.Sprint("student", i)})
			}
			m, err := turn{writers: writers, length: time.Minute}.run(t.Context(), c.taker, all)
			require.NoError(t, err)
			require.NoError(t, <-opened)
			require.Equal(t, []int{1, writers - 1}, []int{m.taken, m.refused})
		})
	}
}

// openWhenAllWait commits the transaction when this number of others wait for a lock.
func openWhenAllWait(ctx context.Context, door pgx.Tx, others int) error {
	const count = `
		select count(*)
		from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock'`
	for waiting := 0; waiting < others; {
		if _, err := door.Exec(ctx, `select pg_stat_clear_snapshot()`); err != nil {
			return err
		}
		if err := door.QueryRow(ctx, count).Scan(&waiting); err != nil {
			return err
		}
	}
	return door.Commit(ctx)
}

// All writers of the wrong way have read before the first of them inserts.
func TestTheOracleCountsWhatIsOversold(t *testing.T) {
	t.Parallel()
	const writers = 6
	for name, test := range map[string]struct {
		wish func(i int) wish
		want verdict
	}{
		"of a course":  {func(i int) wish { return wish{"algebra", fmt.Sprint("student", i)} }, verdict{seats: writers, oversold: 2}},
		"of a student": {func(i int) wish { return wish{fmt.Sprint("course", i), "ada"} }, verdict{seats: writers, overTen: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := &database{url: pgtest.URL(t), connections: 2}
			c, err := openContestant(t.Context(), db, wayUnchecked, rules{seats: 4, courses: 3}, nil)
			require.NoError(t, err)
			t.Cleanup(func() { c.close(context.Background()) })
			c.taker = unchecked{tagTable{meetingPool(t, db, writers), c.rules}}

			var all []wish
			for i := range writers {
				all = append(all, test.wish(i))
			}
			m, err := turn{writers: writers, length: time.Minute}.run(t.Context(), c.taker, all)
			require.NoError(t, err)
			require.Equal(t, writers, m.taken)
			found, _, err := c.judge(t.Context(), writers)
			require.NoError(t, err)
			require.Equal(t, test.want, found)
		})
	}
}

// meetingPool returns a pool on which the first inserts wait for each other.
func meetingPool(t *testing.T, db *database, inserts int) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(db.url)
	require.NoError(t, err)
	config.MaxConns = int32(inserts)
	config.ConnConfig.RuntimeParams["search_path"] = wayUnchecked.schema
	config.ConnConfig.Tracer = &meeting{expected: int64(inserts), complete: make(chan struct{})}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// A meeting holds inserts until all of them have come.
type meeting struct {
	expected int64
	come     atomic.Int64
	complete chan struct{}
}

// TraceQueryStart implements [pgx.QueryTracer].
func (m *meeting) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	if strings.Contains(query.SQL, "insert into event") {
		if m.come.Add(1) == m.expected {
			close(m.complete)
		}
		select {
		case <-m.complete:
		case <-ctx.Done():
		}
	}
	return ctx
}

// TraceQueryEnd completes the interface.
func (*meeting) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
