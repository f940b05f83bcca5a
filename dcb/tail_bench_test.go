package dcb_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// BenchmarkTail measures how long it takes from before an append until the event has
// reached tails of another store, with none but this going on.
func BenchmarkTail(b *testing.B) {
	for _, tails := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("tails=%d", tails), func(b *testing.B) {
			databaseURL := pgtest.URL(b)
			store, another := openStoreAt(b, databaseURL), openStoreAt(b, databaseURL)
			ctx, cancel := context.WithCancel(b.Context())
			seen := make(chan int64, tails)
			var running sync.WaitGroup
			for range tails {
				running.Go(func() {
					for progress, err := range store.Tail(ctx, dcb.AllEvents(), dcb.Checkpoint{}) {
						if err == nil {
							seen <- progress.Position
						}
					}
				})
			}
			defer running.Wait()
			defer cancel()
			round := func() (appended, reached time.Duration) {
				began := time.Now()
				position := appendAll(b, another, event("A", "x"))
				appended = time.Since(began)
				for range tails {
					require.Equal(b, position, <-seen)
				}
				return appended, time.Since(began)
			}
			for range 5 {
				round()
			}
			var appends, reaches []time.Duration
			for b.Loop() {
				appended, reached := round()
				appends, reaches = append(appends, appended), append(reaches, reached)
			}
			report := func(name string, took []time.Duration) {
				slices.Sort(took)
				b.ReportMetric(took[len(took)/2].Seconds()*1000, name+"-p50-ms")
				b.ReportMetric(took[len(took)*99/100].Seconds()*1000, name+"-p99-ms")
			}
			report("append", appends)
			report("tail", reaches)
		})
	}
}
