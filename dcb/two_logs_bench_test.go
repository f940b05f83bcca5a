package dcb_test

import (
	"context"
	"fmt"
	"testing"

	"go-crablet/dcb"
)

// BenchmarkTwoLogs appends to one log and to two, in turns. Each log has a server of its own, and
// all of them share the machine:
//
//	go test -run '^$' -bench TwoLogs -benchtime 40000x ./dcb
func BenchmarkTwoLogs(b *testing.B) {
	one, two := openHistory(b, 10_000), openHistory(b, 10_000)
	two.beside = openHistory(b, 10_000)
	for _, of := range []struct {
		events string
		append benchCall
	}{
		{"two tags", func(ctx context.Context, log *benchLog, i int64) error {
			_, err := log.store.AppendEvents(ctx, []dcb.InputEvent{log.seat(i)}, dcb.Query{}, 0)
			return err
		}},
		{"no tags", func(ctx context.Context, log *benchLog, _ int64) error {
			_, err := log.store.AppendEvents(ctx, []dcb.InputEvent{dcb.NewInputEvent("Noted", nil, []byte(payload))}, dcb.Query{}, 0)
			return err
		}},
	} {
		for _, callers := range []int{2, 16, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", of.events, callers), func(b *testing.B) {
				const turns = 20
				var inOne, inTwo measured
				for range turns {
					inOne.add(one.burst(b, of.append, callers, max(b.N/turns, 1)))
					inTwo.add(two.burst(b, of.append, callers, max(b.N/turns, 1)))
				}
				report(b, inTwo)
				b.ReportMetric(inTwo.perSecond()/inOne.perSecond(), "of-one")
			})
		}
	}
}
