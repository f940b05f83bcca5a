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

// measured has the figures of one turn or more.
type measured struct {
	each    []time.Duration // how long each decision took, refusals included
	taken   int
	refused int
	gaveUp  int // decisions that lost every attempt
	retries int

	writers int
	rates   []float64 // decisions per second, of each turn
}

func (m *measured) add(more measured) {
	m.each = append(m.each, more.each...)
	m.taken += more.taken
	m.refused += more.refused
	m.gaveUp += more.gaveUp
	m.retries += more.retries
	m.writers = max(m.writers, more.writers)
	m.rates = append(m.rates, more.rates...)
}

// perSecond returns how many decisions the writers took per second. Writers never pause, so it
// follows from the durations of the decisions. A count by the clock would be wrong, because
// the end of a turn cuts into decisions.
func (m measured) perSecond() float64 {
	var all time.Duration
	for _, d := range m.each {
		all += d
	}
	if all == 0 {
		return 0
	}
	return float64(m.writers) * float64(len(m.each)) / all.Seconds()
}

// percentile returns the longest duration among the fastest decisions. share is their part of
// all decisions. The durations must be in order.
func (m measured) percentile(share float64) time.Duration {
	if len(m.each) == 0 {
		return 0
	}
	return m.each[int(share*float64(len(m.each)-1))]
}

func (m measured) sort() { slices.Sort(m.each) }

// run lets writers decide wishes until the time is over, or there are no more wishes. Each
// writer finishes its last decision.
func (t turn) run(ctx context.Context, to taker, all []wish) (measured, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		total   = measured{writers: t.writers}
		next    atomic.Int64
		mu      sync.Mutex
		writers sync.WaitGroup
		started = time.Now()
	)
	for range t.writers {
		writers.Go(func() {
			var mine measured
			for ctx.Err() == nil && time.Since(started) < t.length {
				i := next.Add(1) - 1
				if i >= int64(len(all)) {
					break
				}
				if err := mine.decide(ctx, to, all[i]); err != nil {
					cancel(err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total.add(mine)
		})
	}
	writers.Wait()
	total.rates = []float64{total.perSecond()}
	return total, context.Cause(ctx)
}

// decide takes one decision and counts its outcome. A refusal and a lost race are not errors.
func (m *measured) decide(ctx context.Context, to taker, w wish) error {
	began := time.Now()
	retries, err := to.take(ctx, w)
	m.each = append(m.each, time.Since(began))
	m.retries += retries
	switch {
	case err == nil:
		m.taken++
	case isRefusal(err):
		m.refused++
	case lost(err):
		m.gaveUp++
	default:
		return err
	}
	return nil
}

// lost reports whether a decision gave up because others were faster each time.
func lost(err error) bool { return errors.Is(err, errLostRace) || isConflict(err) }
