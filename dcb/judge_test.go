package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A batch is judged as if its appends had come one after the other.
func TestABatchIsJudgedAsItsAppendsWouldBeOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SliceOfN(someEvent, 0, 15).Draw(t, "log")
		for i := range log {
			log[i].Position = int64(i + 1)
		}
		head := int64(len(log))
		matching := func(log []Event, r *request) (events []Event) {
			for _, e := range log {
				if e.Position > r.known.Position && r.query.Matches(e) && len(events) < maxConflictEvents {
					events = append(events, e)
				}
			}
			return events
		}
		batch := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *request {
			return &request{
				asked: rapid.SliceOfN(someEvent, 1, 4).Draw(t, "events"),
				query: someQuery.Draw(t, "query"),
				known: At(rapid.Int64Range(0, head).Draw(t, "after")),
			}
		}), 1, 8).Draw(t, "batch")
		answer := found{events: make([][]*sharedEvent, len(batch)), head: At(head)}
		for i, r := range batch {
			answer.events[i] = share(matching(log, r))
		}

		verdicts, accepted := judge(batch, answer, nil)
		outcomes := outcomesOf(verdicts)

		for i, r := range batch {
			if conflicts := matching(log, r); len(conflicts) > 0 {
				require.Equal(t, outcome{err: &ConflictError{Query: r.query, After: r.known.Position, Events: conflicts}}, outcomes[i], "append %d", i)
				continue
			}
			for _, e := range r.events {
				e.Position = int64(len(log) + 1)
				log = append(log, e)
			}
			require.Equal(t, outcome{position: int64(len(log))}, outcomes[i], "append %d", i)
		}
		var stored []Event
		for _, e := range accepted {
			stored = append(stored, *e)
		}
		require.ElementsMatch(t, log[head:], stored)
	})
}
