package dcbtest_test

import (
	"context"
	"errors"
	"iter"
	"sync"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// wrongTails are mistakes of Tail.
var wrongTails = map[string]mistake{
	"a tail that stays where nothing matches": {
		breaks: []string{"a tail moves on past events that do not match"},
		wrap: tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
			return err == nil && len(progress.Events) == 0 || yield(progress, err)
		}),
	},
	"a tail that hands out half of an append": {
		breaks: []string{"a tail yields the events of one append together"},
		wrap: tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
			if half := len(progress.Events) / 2; half > 0 {
				first := dcb.Progress{Events: progress.Events[:half], Checkpoint: progress.Events[half-1].Checkpoint()}
				progress.Events = progress.Events[half:]
				return yield(first, err) && yield(progress, err)
			}
			return yield(progress, err)
		}),
	},
	"a tail that waits for the log to reach it": {
		breaks: []string{"a tail tells that it starts beyond the end of the log, and goes on when the log gets there"},
		wrap: tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
			return errors.Is(err, dcb.ErrBeyondHead) || yield(progress, err)
		}),
	},
	"a tail that ends at an outage": {
		breaks: []string{"a tail goes on when its connections are lost"},
		wrap: tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
			return yield(progress, err) && err == nil
		}),
	},
	"a tail that ends without a word": {
		breaks: []string{"a tail ends with its context, with the store and over a query that makes no sense"},
		wrap: tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
			return err == nil && yield(progress, nil)
		}),
	},
	"tails that wait for each other's bodies": {
		breaks: []string{"a tail with a slow body delays no other one"},
		wrap: func(s *plainStore) dcbtest.Store {
			var one sync.Mutex
			return tailing(func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) bool {
				one.Lock()
				defer one.Unlock()
				return yield(progress, err)
			})(s)
		},
	},
}

// A tailer is a store whose tails yield their progress in another way.
type tailer struct {
	*plainStore
	handOut func(progress dcb.Progress, err error, yield func(dcb.Progress, error) bool) (more bool)
}

func tailing(handOut func(dcb.Progress, error, func(dcb.Progress, error) bool) bool) func(s *plainStore) dcbtest.Store {
	return func(s *plainStore) dcbtest.Store { return tailer{s, handOut} }
}

func (s tailer) Tail(ctx context.Context, query dcb.Query, after dcb.Checkpoint) iter.Seq2[dcb.Progress, error] {
	return func(yield func(dcb.Progress, error) bool) {
		for progress, err := range s.plainStore.Tail(ctx, query, after) {
			if !s.handOut(progress, err, yield) {
				return
			}
		}
	}
}
