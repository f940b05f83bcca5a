package dcb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Progress is what a tail yields: the next stretch of the log, as its query sees it.
type Progress struct {
	Events     []Event // those that match, in order; none when the log grew by others only
	Checkpoint         // the log was read up to here: go on from it
}

const (
	// pollEvery bounds how late a tail is when no notification reaches it.
	pollEvery = time.Second

	// The pause after a failure doubles from the first up to pollEvery.
	firstRetry = 16 * time.Millisecond
)

// Tail yields every event after a position that the query matches, in order and
// each once: first those that are stored, then those that are appended, by
// whatever process. A notification tells it of each commit; if one gets lost, it is a
// second late.
//
// They come in stretches, so that a consumer can handle many events in one transaction, which
// also stores how far it has come. A stretch ends where an append ends, so no append is ever
// torn apart. To go on later, call Tail with the last Checkpoint; it moves on even if nothing
// matched. [Store.Follow] keeps the checkpoint by itself.
//
// The loop ends by itself for three reasons only, which are its last pair: the
// context is done, the store is closed, or the arguments are not valid. Any other
// error comes with a zero Progress and is followed by another try, after a pause of up
// to a second, unless the body breaks. It is an outage, for which a log line is enough;
// or it matches [ErrOtherHistory], because the log is not the one any more that after is
// of, or that the tail has read; or, if after is only a position, [ErrBeyondHead], because
// the log ends before it. In the last two cases, break: the tail yields only this error from then
// on. Whatever was computed from the events after [OtherHistoryError].Same has to be computed
// again.
//
// A tail holds no connection while the loop's body runs, and a slow body delays no
// other tail. All tails of a store share one connection that waits for
// notifications; it is taken out of the pool without counting for its size.
func (s *Store) Tail(ctx context.Context, query Query, after Checkpoint) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		if err := errors.Join(query.Check(), after.Check()); err != nil {
			yield(Progress{}, fmt.Errorf("tail events: %w", err))
			return
		}
		// Join before the first read. An append between the read and the join would not wake this
		// tail.
		wake := s.tails.join(after.Position, s.listen)
		defer s.tails.leave(wake)

		// Reading on from the last head misses nothing: positions are in the order of commits,
		// so no event ever appears before a head that was seen. In a log that is numbered by a
		// sequence, 9 may become visible after 10.
		been, failures := trail{after}, 0
		for {
			progress, head, err := s.readOn(ctx, query, been)
			if end := s.tailEnd(ctx); end != nil {
				yield(Progress{}, fmt.Errorf("tail events: %w", end))
				return
			}
			if err != nil {
				if !yield(Progress{}, err) {
					return
				}
				_ = pause(ctx, retryAfter(failures)) // if the context ends it, so does the next round
				failures++
				continue
			}
			failures = 0
			news := progress.Position > been.last().Position
			been = been.reached(progress.Checkpoint)
			if news && !yield(progress, nil) {
				return
			}
			if news {
				s.tails.came(wake, progress.Position)
			}
			if progress.Position < head {
				continue
			}
			select {
			case <-wake:
			case <-time.After(pollEvery):
			case <-ctx.Done():
			}
		}
	}
}

// A TailStat says how far the running tails of a store are.
type TailStat struct {
	Running int
	Slowest int64 // up to where the slowest one has come: its body has handled what is before; 0 if none runs
}

// TailStat returns how far the running tails of this store are, those of its consumers included. The
// difference to the position of [Store.Head] is how many events the slowest one is behind.
func (s *Store) TailStat() TailStat { return s.tails.stat() }

// readOn reads the page after where a tail has been, up to the end of an append, and where
// the log ends.
func (s *Store) readOn(ctx context.Context, query Query, been trail) (progress Progress, head int64, err error) {
	p, err := s.page(ctx, readSQL, query, been.last().Position, toTheEnd, pageSize, been.last())
	events, reached := p.events, p.head
	if err == nil && p.more { // between these and the head
		events, reached, err = s.wholeAppends(ctx, query, p.events)
	}
	if differs, ok := errors.AsType[*OtherHistoryError](err); ok {
		differs.Same = s.lastHere(ctx, been)
	}
	if err != nil {
		return Progress{}, 0, fmt.Errorf("tail events: %w", err)
	}
	return Progress{events, reached}, p.head.Position, nil
}

// tailEnd returns why a tail is over, or nil.
func (s *Store) tailEnd(ctx context.Context) error {
	if err := s.open(); err != nil {
		return err
	}
	return ctx.Err()
}

// A trail is where a tail has been, the last place at its end.
type trail []Checkpoint

// longestTrail is how many places are remembered. The end that a failover loses is short.
const longestTrail = 64

func (t trail) last() Checkpoint { return t[len(t)-1] }

// reached adds a place, or names the event at the last one.
func (t trail) reached(c Checkpoint) trail {
	if c.Position == t.last().Position {
		t[len(t)-1] = c
		return t
	}
	if len(t) == longestTrail {
		t = slices.Delete(t, 0, 1)
	}
	return append(t, c)
}

// lastHere returns the last place of a trail that is in this log, or the beginning.
func (s *Store) lastHere(ctx context.Context, been trail) Checkpoint {
	answer, err := s.ask(ctx, readSQL, question{}, toTheEnd, 1, been...)
	if err != nil {
		return Checkpoint{}
	}
	for _, c := range slices.Backward(been) {
		if c.EventID != "" && !slices.Contains(answer.unlike, c) {
			return c
		}
	}
	return Checkpoint{}
}
