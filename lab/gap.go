package lab

import (
	"context"
	"sync"
	"sync/atomic"
)

// A Gap is where a strategy can be overtaken: what happens meanwhile is what it has to
// cope with, and what a broken one does not see.
type Gap string

// The gaps.
const (
	BetweenDecideAndAppend   Gap = "between decide and append"
	BetweenCheckAndInsert    Gap = "between check and insert"
	BetweenEventsAndPosition Gap = "between the events and the position"
)

type gapKey struct{}

// withGap returns a context with which whoever comes to a gap waits there.
func withGap(ctx context.Context, wait func() error) context.Context {
	return context.WithValue(ctx, gapKey{}, wait)
}

// gap is called at the gap. It holds the caller up if that was arranged, and does
// nothing otherwise; a strategy works the same without it, and goes wrong less often.
func gap(ctx context.Context) error {
	if wait, ok := ctx.Value(gapKey{}).(func() error); ok {
		return wait()
	}
	return nil
}

// A meeting is what makes a gap certain instead of lucky: all contenders wait in it
// until the last one has come. Then they go on all at once, or in turn: each when the
// decision of the one before is over.
type meeting struct {
	inTurn  bool
	missing atomic.Int64
	came    []sync.Once     // of each contender, for its first time at the gap
	over    []chan struct{} // of each contender, closed when its decision is over

	everybody chan struct{} // closed when nobody is missing
	open      chan struct{} // closed when they may go on
}

func newMeeting(contenders int, inTurn bool) *meeting {
	m := &meeting{
		inTurn:    inTurn,
		came:      make([]sync.Once, contenders),
		over:      make([]chan struct{}, contenders),
		everybody: make(chan struct{}),
		open:      make(chan struct{}),
	}
	m.missing.Store(int64(contenders))
	for i := range m.over {
		m.over[i] = make(chan struct{})
	}
	return m
}

// wait holds a contender up, the first time that it comes.
func (m *meeting) wait(ctx context.Context, number int) (err error) {
	m.came[number-1].Do(func() {
		m.arrived()
		err = reached(ctx, m.open)
		if err == nil && m.inTurn && number > 1 {
			err = reached(ctx, m.over[number-2])
		}
	})
	return err
}

// leave says that a contender's decision is over. One that never came to the gap is
// missing no longer.
func (m *meeting) leave(number int) {
	m.came[number-1].Do(m.arrived)
	close(m.over[number-1])
}

func (m *meeting) arrived() {
	if m.missing.Add(-1) == 0 {
		close(m.everybody)
	}
}

// reached waits for a channel to be closed, but not longer than the context lasts.
func reached(ctx context.Context, closed <-chan struct{}) error {
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
