package lab

import (
	"context"
	"sync"
	"sync/atomic"
)

// A barrier makes sure that a strategy is overtaken, which takes luck otherwise. Every
// contender waits at it, in the window, until the last one has come. Then they go on all at
// once, or in turn: each when the decision of the one before it is over.
type barrier struct {
	inTurn  bool
	missing atomic.Int64
	came    []sync.Once     // of each contender, for its first time here
	over    []chan struct{} // of each contender, closed when its decision is over

	everybody chan struct{} // closed when no contender is missing
	open      chan struct{} // closed when they may go on
}

func newBarrier(contenders int, inTurn bool) *barrier {
	b := &barrier{
		inTurn:    inTurn,
		came:      make([]sync.Once, contenders),
		over:      make([]chan struct{}, contenders),
		everybody: make(chan struct{}),
		open:      make(chan struct{}),
	}
	b.missing.Store(int64(contenders))
	for i := range b.over {
		b.over[i] = make(chan struct{})
	}
	return b
}

// wait holds a contender until it may go on. It does so the first time only.
func (b *barrier) wait(ctx context.Context, number int) (err error) {
	b.came[number-1].Do(func() {
		b.arrived()
		err = reached(ctx, b.open)
		if err == nil && b.inTurn && number > 1 {
			err = reached(ctx, b.over[number-2])
		}
	})
	return err
}

// leave says that the decision of a contender is over. If it never came to the window, it is
// missing no longer.
func (b *barrier) leave(number int) {
	b.came[number-1].Do(b.arrived)
	close(b.over[number-1])
}

func (b *barrier) arrived() {
	if b.missing.Add(-1) == 0 {
		close(b.everybody)
	}
}

// reached waits until a channel is closed, or the context ends.
func reached(ctx context.Context, closed <-chan struct{}) error {
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
