package lens_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/bigterm"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
	"go-crablet/web/lens"
)

// BenchmarkCount measures what it takes to count over the end of a log with a million
// events, with a thousand receipts of real decisions:
//
//	go test -run '^$' -bench Count ./lens
func BenchmarkCount(b *testing.B) {
	pool := pgtest.New(b)
	require.NoError(b, bigterm.Load(b.Context(), pool, bigterm.Large))
	log, err := dcb.NewEventStore(b.Context(), pool)
	require.NoError(b, err)
	b.Cleanup(log.Close)
	receipts := receipt.NewStore(pool)
	for i := range 1000 {
		cmd := courses.SubscribeStudent{
			Student: courses.StudentID(fmt.Sprintf("student-%d", 3*i+1)), Course: courses.CourseID(fmt.Sprintf("course-%d", 2*i+2)),
		}
		ctx, recorder := receipt.Record(b.Context(), cmd, "Somebody subscribes")
		_ = cmd.Decide(ctx, log) // refused or not, it has a receipt
		record, ended := recorder.Receipt()
		require.True(b, ended)
		require.NoError(b, receipts.Save(b.Context(), record))
	}
	head, err := log.Head(b.Context())
	require.NoError(b, err)

	b.Run("events=3000", func(b *testing.B) {
		for b.Loop() {
			_, err := lens.ReadStretch(b.Context(), log, head.Position, 3000)
			require.NoError(b, err)
		}
	})
	b.Run("receipts=500", func(b *testing.B) {
		for b.Loop() {
			_, _, err := receipts.LatestAppends(b.Context(), "SubscribeStudent", 500)
			require.NoError(b, err)
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			stretch, err := lens.ReadStretch(b.Context(), log, head.Position, 3000)
			require.NoError(b, err)
			appends, _, err := receipts.LatestAppends(b.Context(), "SubscribeStudent", 500)
			require.NoError(b, err)
			stretch.Tally(stretch.Within(lens.IntervalsOf(appends)))
			subscriptions := stretch.Subscriptions(500)
			for _, events := range []int64{1, 10, 100} {
				stretch.Tally(stretch.Earlier(subscriptions, events))
			}
		}
	})
}
