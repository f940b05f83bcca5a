package nearby_test

import (
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgpair"
	. "go-crablet/nearby"
)

var reads = flag.Int64("reads", 2000, "how many reads of a standby are compared with the log of the primary")

const (
	prefixWriters = 4
	prefixReaders = 4
)

// While events are appended, everybody who reads the standby sees the beginning of the primary's
// log: no event before those in front of it, and never less than before.
func TestEveryReadOfAStandbyIsAPrefix(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	s := open(t, pair.Primary.URL(), pair.Standby.URL())
	standby := Log(s.fromStandby(t), nil)

	var done atomic.Bool
	var writing, reading sync.WaitGroup
	for range prefixWriters {
		store, err := dcb.NewEventStore(t.Context(), pool(t, pair.Primary.URL()))
		require.NoError(t, err)
		t.Cleanup(store.Close)
		writing.Go(func() {
			for !done.Load() {
				_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{}`))}, dcb.Query{}, 0)
				if err != nil {
					t.Errorf("append: %v", err)
					return
				}
			}
		})
	}
	var made atomic.Int64
	seen := make([][]string, prefixReaders) // the IDs of the events, in order
	for i := range seen {
		reading.Go(func() { seen[i] = readOn(t, standby, &made) })
	}
	reading.Wait()
	done.Store(true)
	writing.Wait()

	var order []string
	for e, err := range s.log.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(t, err)
		order = append(order, e.ID)
	}
	longest := 0
	for _, ids := range seen {
		require.True(t, slices.Equal(order[:len(ids)], ids), "the events are those of the primary, in its order")
		longest = max(longest, len(ids))
	}
	require.Positive(t, longest)
	t.Logf("%d reads of the standby were prefixes of %d events", made.Load(), len(order))
}

// readOn reads the log of a standby again and again, and returns the IDs of what it has read.
func readOn(t *testing.T, standby *dcb.Store, made *atomic.Int64) (ids []string) {
	var at dcb.Checkpoint
	for made.Add(1) <= *reads {
		events, head, err := standby.ReadSince(t.Context(), dcb.AllEvents(), at)
		if err != nil {
			t.Errorf("read the standby after %d: %v", at.Position, err)
			return ids
		}
		if want := at.Position + int64(len(events)); head.Position != want {
			t.Errorf("the log has %d events up to %d, after %d", len(events), head.Position, at.Position)
			return ids
		}
		for i, e := range events {
			if want := at.Position + int64(i) + 1; e.Position != want {
				t.Errorf("an event at %d where the log has to have %d", e.Position, want)
			}
			ids = append(ids, e.ID)
		}
		at = head
	}
	return ids
}
