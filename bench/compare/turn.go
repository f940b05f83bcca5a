package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A turn is a stretch of time in which one way is measured.
type turn struct {
	writers int
	length  time.Duration
	most    int // decisions
}

// measured is what came of turns.
type measured struct {
	each    []time.Duration // how long each decision took, refusals included
	inTime  int             // decisions that ended within the turn
	elapsed time.Duration
	used    int // wishes
	taken   int
	refused int
	gaveUp  int // decisions that lost every attempt
	retries int
}

func (m *measured) add(more measured) {
	m.each = append(m.each, more.each...)
	m.inTime += more.inTime
	m.elapsed += more.elapsed
	m.used += more.used
	m.taken += more.taken
	m.refused += more.refused
	m.gaveUp += more.gaveUp
	m.retries += more.retries
}

func (m measured) perSecond() float64 { return float64(m.inTime) / m.elapsed.Seconds() }

// percentile returns how long all but a share of the decisions took at most. The durations
// have to be in order.
func (m measured) percentile(share float64) time.Duration {
	if len(m.each) == 0 {
		return 0
	}
	return m.each[int(share*float64(len(m.each)-1))]
}

func (m measured) sort() { slices.Sort(m.each) }

// run lets writers take wishes until the time is over, or until there are no more. What has
// begun by then is finished, and does not count as in time.
func (t turn) run(ctx context.Context, to taker, all []wish) (total measured, failed error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		next    atomic.Int64
		mu      sync.Mutex
		writers sync.WaitGroup
		started = time.Now()
		last    time.Duration // when the last decision ended
	)
	for range t.writers {
		writers.Go(func() {
			var mine measured
			var ended time.Duration
			for ctx.Err() == nil && time.Since(started) < t.length {
				i := next.Add(1) - 1
				if i >= int64(len(all)) {
					break
				}
				began := time.Now()
				retries, err := to.take(ctx, all[i])
				mine.each = append(mine.each, time.Since(began))
				ended = time.Since(started)
				mine.used++
				mine.retries += retries
				if ended <= t.length {
					mine.inTime++
				}
				switch {
				case err == nil:
					mine.taken++
				case isRefusal(err):
					mine.refused++
				case lost(err):
					mine.gaveUp++
				default:
					cancel(err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total.add(mine)
			last = max(last, ended)
		})
	}
	writers.Wait()
	total.elapsed = min(last, t.length)
	return total, context.Cause(ctx)
}

// lost reports whether a decision gave up because others were faster each time.
func lost(err error) bool { return errors.Is(err, errLostRace) || isConflict(err) }
