package dcb_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// BenchmarkBoundary measures what a decision takes by the length of its boundary, for one
// caller: when the store has not read it yet, and when it has. held-MB is the memory that
// is in use when the last event is taken in:
//
//	go test -run '^$' -bench Boundary ./dcb
func BenchmarkBoundary(b *testing.B) {
	pool, err := pgxpool.New(b.Context(), pgtest.Durable(b))
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	lengths := []int{10, 100, 1000, 10_000, 100_000, 1_000_000}
	for _, length := range lengths {
		_, err := pool.Exec(b.Context(), `
			insert into dcb_event (position, id, type, tags, data)
			select h.position + n, gen_random_uuid(), 'SeatTaken', array['length:' || $1], $2
			from (select coalesce(max(position), 0) as position from dcb_event) as h, generate_series(1, $1) as n`, length, payload)
		require.NoError(b, err)
	}
	for _, sql := range []string{`insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`, `vacuum analyze`} {
		_, err := pool.Exec(b.Context(), sql)
		require.NoError(b, err)
	}
	for _, length := range lengths {
		b.Run(fmt.Sprint("events=", length), func(b *testing.B) {
			var cold, warm time.Duration
			for b.Loop() {
				store := openStore(b, pool)
				cold += timeOf(func() { countTo(b, store, length, nil) })
				warm += timeOf(func() { countTo(b, store, length, nil) })
				store.Close()
			}
			b.ReportMetric(cold.Seconds()*1000/float64(b.N), "cold-ms")
			b.ReportMetric(warm.Seconds()*1000/float64(b.N), "warm-ms")
			b.ReportMetric(heldBytes(b, openStore(b, pool), length)/1e6, "held-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func timeOf(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// countTo decides on a boundary of so many events. atTheEnd runs when the last is taken in.
func countTo(b *testing.B, store *dcb.Store, length int, atTheEnd func()) {
	require.NoError(b, dcb.Decide(b.Context(), store, func(n *int) dcb.Boundary {
		return dcb.Boundary{dcb.Into(n, dcb.Project(0, dcb.Tags{dcb.Tag(fmt.Sprint("length:", length))}, dcb.On(func(n int, _ taken) int {
			if n == length-1 && atTheEnd != nil {
				atTheEnd()
			}
			return n + 1
		})))}
	}, func(n int) ([]dcb.Fact, error) {
		require.Equal(b, length, n)
		return nil, nil
	}))
}

// heldBytes returns the bytes that are in use at the end of a decision's first read.
func heldBytes(b *testing.B, store *dcb.Store, length int) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	countTo(b, store, length, func() {
		runtime.GC()
		runtime.ReadMemStats(&after)
	})
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}
