package proof

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go-crablet/dcb"
)

// A Meeting is a log whose contenders wait before their first append until all of them have come.
// So each has decided from what was true before the first append. A contender who appends again
// after a conflict does not wait.
type Meeting struct {
	dcb.Log
	missing atomic.Int64
	moves   atomic.Int64 // the beginnings and ends of reads, and the beginnings of appends
	open    chan struct{}
	start   func()
}

// patience is how long those who have come wait while nothing moves. On a busy machine something moves
// more often than that, so only a contender who waits for another one uses it up.
const patience = 5 * time.Second

// MeetingAt returns a meeting of that many contenders before the appends to a log.
func MeetingAt(log dcb.Log, contenders int) *Meeting {
	m := &Meeting{Log: log, open: make(chan struct{})}
	m.missing.Store(int64(contenders))
	m.start = sync.OnceFunc(func() { close(m.open) })
	return m
}

// Missing returns how many contenders have not come to append. It is negative if some appended
// again.
func (m *Meeting) Missing() int { return int(m.missing.Load()) }

// ReadSince implements [dcb.Log].
func (m *Meeting) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	m.moves.Add(1)
	defer m.moves.Add(1)
	return m.Log.ReadSince(ctx, query, after)
}

// AppendAfter implements [dcb.Log].
func (m *Meeting) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	m.moves.Add(1)
	if m.missing.Add(-1) == 0 {
		m.start()
	}
	m.wait()
	return m.Log.AppendAfter(ctx, events, query, known)
}

// wait returns when all have come, or when nothing has moved for a while: somebody who waits for
// another contender will never come.
func (m *Meeting) wait() {
	for {
		moves := m.moves.Load()
		select {
		case <-m.open:
			return
		case <-time.After(patience):
			if m.moves.Load() == moves {
				m.start()
			}
		}
	}
}
