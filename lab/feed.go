package lab

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// ErrTooSlow ends the loop of a watcher that fell too far behind. What it missed is
// not lost: watching anew begins with everything so far.
var ErrTooSlow = errors.New("the watcher fell too far behind")

// maxBehind is how many items a watcher may be behind before it is dropped.
const maxBehind = 5000

// A feed is a list that grows, and that many can watch while it does. They all read
// the one list, each from a place of its own, so that adding to it neither waits for
// them nor copies anything for them.
type feed[T any] struct {
	mu    sync.Mutex
	items []T
	ended bool
	err   error
	more  chan struct{} // closed when there is more, nil while nobody waits for it
}

func (f *feed[T]) add(item T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = append(f.items, item)
	f.wake()
}

// end says that nothing more will come, and why, if that is not because all is over.
func (f *feed[T]) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended, f.err = true, err
	f.wake()
}

func (f *feed[T]) wake() {
	if f.more != nil {
		close(f.more)
		f.more = nil
	}
}

// all returns what there is so far.
func (f *feed[T]) all() []T {
	items, _, _, _ := f.since(0)
	return items
}

// since returns the items from one on, whether they are the last, and what to wait for
// if they are not.
func (f *feed[T]) since(from int) (items []T, more <-chan struct{}, ended bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.more == nil && !f.ended {
		f.more = make(chan struct{})
	}
	// Nobody who appends to what is returned may write into the list.
	return f.items[from:len(f.items):len(f.items)], f.more, f.ended, f.err
}

// watch yields everything so far and then what is added, in order, each time all that is
// new. The loop ends when the feed does; an error is the last pair.
func (f *feed[T]) watch(ctx context.Context) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		seen := 0
		for {
			items, more, ended, err := f.since(seen)
			if seen > 0 && len(items) > maxBehind {
				yield(nil, ErrTooSlow)
				return
			}
			if len(items) > 0 && !yield(items, nil) {
				return
			}
			seen += len(items)
			if ended {
				if err != nil {
					yield(nil, err)
				}
				return
			}
			select {
			case <-more:
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
	}
}
