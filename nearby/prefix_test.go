package nearby_test

import (
	"context"
	"errors"
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
	roundOfReads  = 20_000 // after so many, the log of the primary is read, and all of them are compared with it
)

// While events are appended, everybody who reads the standby sees the beginning of the primary's
// log: no event before those in front of it, and never less than before.
func TestEveryReadOfAStandbyIsAPrefix(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	s := open(t, pair.Primary.URL(), pair.Standby.URL())
	standby := Log(s.fromStandby(t), nil)

	var done atomic.Bool
	var writing sync.WaitGroup
	for range prefixWriters {
		store, err := dcb.NewEventStore(t.Context(), pool(t, pair.Primary.URL()))
		require.NoError(t, err)
		t.Cleanup(store.Close)
		writing.Go(func() {
			for !done.Load() {
				// One that fails is tried again as another one: what matters is only what readers see of the log.
				_, _ = store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{}`))}, dcb.Query{}, 0)
			}
		})
	}
	defer writing.Wait()
	defer done.Store(true)

	primary := prefixReader{log: s.log}
	readers := make([]prefixReader, prefixReaders)
	for made := int64(0); made < *reads; {
		var left atomic.Int64
		left.Store(min(*reads-made, roundOfReads))
		made += left.Load()
		var reading sync.WaitGroup
		for i := range readers {
			readers[i].log = standby
			reading.Go(func() { readers[i].readOn(t, &left) })
		}
		reading.Wait()
		primary.read(t)
		longer := int64(0)
		for _, r := range readers {
			require.True(t, slices.Equal(primary.ids[:len(r.ids)], r.ids), "the events are those of the primary, in its order")
			longer += r.longer
		}
		require.Positive(t, longer)
		require.False(t, t.Failed())
		t.Logf("%d reads of the standby were prefixes of %d events, and %d of them found more than the read before", made, len(primary.ids), longer)
	}
}

// A prefixReader reads a log again and again, each time what was appended since.
type prefixReader struct {
	log    *dcb.Store
	at     dcb.Checkpoint
	ids    []string // of the events, in order
	longer int64    // how many reads found something new
}

// readOn reads as long as reads are left.
func (r *prefixReader) readOn(t *testing.T, left *atomic.Int64) {
	for left.Add(-1) >= 0 && r.read(t) {
	}
}

// read reads once, and reports whether the log goes on where it ended before, without a gap. A read
// that is not answered in time is made again.
func (r *prefixReader) read(t *testing.T) bool {
	events, head, err := r.log.ReadSince(t.Context(), dcb.AllEvents(), r.at)
	for tries := 1; errors.Is(err, context.DeadlineExceeded) && tries < 10; tries++ {
		t.Logf("again: read after %d: %v", r.at.Position, err)
		events, head, err = r.log.ReadSince(t.Context(), dcb.AllEvents(), r.at)
	}
	if err != nil {
		t.Errorf("read after %d: %v", r.at.Position, err)
		return false
	}
	for _, e := range events {
		r.ids = append(r.ids, e.ID)
		if e.Position != int64(len(r.ids)) {
			t.Errorf("an event at %d where the log has to have %d", e.Position, len(r.ids))
			return false
		}
	}
	if head.Position != int64(len(r.ids)) {
		t.Errorf("the log has %d events up to %d", len(r.ids), head.Position)
		return false
	}
	if len(events) > 0 {
		r.longer++
	}
	r.at = head
	return true
}
