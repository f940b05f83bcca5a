package lab

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// ErrTooSlow ends the loop of a watcher that is too far behind. A watcher that watches again has
// missed nothing: every watch begins with all items so far.
var ErrTooSlow = errors.New("the watcher fell too far behind")

// maxBehind is how many items a watcher may be behind.
const maxBehind = 5000

// A feed is a list that grows, and that many can watch meanwhile. All watchers read the same
// list, each from its own place. So add neither waits for watchers nor copies items for them.
type feed[T any] struct {
	mu    sync.Mutex
	items []T
	ended bool
	err   error
	more  chan struct{} // closed when an item is added; nil while no watcher waits
}

func (f *feed[T]) add(item T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = append(f.items, item)
	f.wake()
}

// end says that no more items will come. err is why, or nil if the feed is complete.
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

// all returns the items so far.
func (f *feed[T]) all() []T {
	items, _, _, _ := f.since(0)
	return items
}

// since returns the items from index from on. If the feed has not ended, more is closed when
// the next item is added.
func (f *feed[T]) since(from int) (items []T, more <-chan struct{}, ended bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.more == nil && !f.ended {
		f.more = make(chan struct{})
	}
	// The capacity is limited, so that a caller's append copies and does not change the list.
	return f.items[from:len(f.items):len(f.items)], f.more, f.ended, f.err
}

// watch yields the items so far and then those that are added, in order, each time all new
// ones. The loop ends when the feed ends; an error is the last pair.
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
