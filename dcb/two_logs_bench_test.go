package dcb_test

import (
	"fmt"
	"testing"
)

// BenchmarkTwoLogs appends to one log and to two, in turns. Each log has a server of its own, and
// all of them share the machine:
//
//	go test -run '^$' -bench TwoLogs -benchtime 40000x ./dcb
func BenchmarkTwoLogs(b *testing.B) {
	one, two := openHistory(b, 10_000), openHistory(b, 10_000)
	two.beside = openHistory(b, 10_000)
	seat := cases[0].call // an append without a condition
	for _, callers := range []int{2, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			const turns = 20
			var inOne, inTwo measured
			for range turns {
				inOne.add(one.burst(b, seat, callers, max(b.N/turns, 1)))
				inTwo.add(two.burst(b, seat, callers, max(b.N/turns, 1)))
			}
			report(b, inTwo)
			b.ReportMetric(inTwo.perSecond()/inOne.perSecond(), "of-one")
		})
	}
}
