package held

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// How a decision ended that was stopped before its append.
var (
	ErrCancelled = errors.New("cancelled while the decision was held")
	ErrStopped   = errors.New("the program stopped while the decision was held")
)

// A Decision is one that a [Keeper] takes, and holds each time before it appends. It is safe
// for concurrent use.
type Decision struct {
	ID string // nobody can guess it
	Spec

	elsewhere bool // another process takes it; it can only be looked at

	longest time.Duration
	changed func(id string) // or nil
	began   time.Time
	cancel  context.CancelCauseFunc

	mu       sync.Mutex
	holder   string // a digest of the one in Spec, until it is passed on
	stage    Stage
	goOn     chan struct{} // closed to let the attempt go on
	stopping bool
	news     chan struct{} // closed when the stage changes
	longer   chan struct{} // has an element if the attempt is to be held longer
}

// A Stage is how far a decision has got.
type Stage struct {
	Open bool // it is held now
	Over bool // it has ended

	// Stop counts how often the decision was held. A page sends the number that it shows,
	// so a late click does not act on the next attempt.
	Stop         int
	Since, Until time.Time // when it was held last
	Endless      bool      // it is held until it is let go on, whatever Until says

	// While it is under way: its receipt so far, with what the last attempt wants to
	// append, and the condition of that append.
	SoFar     receipt.Receipt
	Condition dcb.Query
	Known     dcb.Checkpoint // up to where the last attempt read the log

	// Once it is over: the result. If Err is ErrCancelled or ErrStopped, nothing was
	// appended.
	receipt.Result
	Err error
}

// IsOf reports whether holder holds the decision, and so may let it go on.
func (d *Decision) IsOf(holder string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holder == digest(holder)
}

// heldBy returns a digest of the holder's secret.
func (d *Decision) heldBy() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holder
}

// digest stands for a holder where their secret must not be read.
func digest(holder string) string {
	sum := sha256.Sum256([]byte(holder))
	return hex.EncodeToString(sum[:])
}

// passOn gives the decision to the holder to, if from holds it. Both are digests. It reports whether
// it did.
func (d *Decision) passOn(from, to string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.holder != from {
		return false
	}
	d.holder = to
	return true
}

// Continue lets the attempt go on if it is still held at this stop, and reports whether it
// did. A number of an earlier stop does nothing.
func (d *Decision) Continue(stop int) bool {
	return d.release(stop, func() { close(d.goOn) })
}

// Cancel ends the decision if it is still held at this stop, and reports whether it did. If
// so, nothing is appended.
func (d *Decision) Cancel(stop int) bool {
	return d.release(stop, func() { d.cancel(ErrCancelled) })
}

// Prolong holds the attempt for a minute longer if it is still held at this stop, and reports
// whether it did. All attempts together are held for as long as [LongestInAll] allows.
func (d *Decision) Prolong(stop int) bool {
	return d.hesitate(stop, func(stage *Stage) {
		stage.Until = stage.Until.Add(time.Minute)
		if last := d.began.Add(d.inAll()); stage.Until.After(last) {
			stage.Until = last
		}
	})
}

// Stay holds the attempt until it is let go on, if it is still held at this stop, and reports
// whether it did. Only whoever sits at the machine of the program may do that.
func (d *Decision) Stay(stop int) bool {
	return d.Here && d.hesitate(stop, func(stage *Stage) {
		stage.Until, stage.Endless = d.began.Add(d.inAll()), true
	})
}

// hesitate changes until when the attempt is held, if it is still held at this stop, and
// reports whether it did.
func (d *Decision) hesitate(stop int, how func(*Stage)) (did bool) {
	d.change(func(stage *Stage) {
		if did = stage.Open && stage.Stop == stop; !did {
			return
		}
		how(stage)
		select {
		case d.longer <- struct{}{}:
		default: // the attempt is about to look at Until anyway
		}
	})
	return did
}

// inAll is how long all attempts are held together.
func (d *Decision) inAll() time.Duration {
	if d.Here {
		return longestHere
	}
	return LongestInAll
}

// release calls how if the decision is still held at this stop, and reports whether it was.
func (d *Decision) release(stop int, how func()) (did bool) {
	d.change(func(stage *Stage) {
		if did = stage.Open && stage.Stop == stop; did {
			stage.Open = false
			how()
		}
	})
	return did
}

// stop ends the decision as soon as it is held.
func (d *Decision) stop() {
	d.change(func(stage *Stage) {
		d.stopping = true
		if stage.Open {
			stage.Open = false
			d.cancel(ErrStopped)
		}
	})
}

func (d *Decision) end(result receipt.Result, err error) {
	d.change(func(stage *Stage) {
		*stage = Stage{Over: true, Stop: stage.Stop, Result: result, Err: err}
	})
}

// change changes the stage, wakes all callers of Await, and tells the keeper's owner.
func (d *Decision) change(how func(*Stage)) {
	d.mu.Lock()
	how(&d.stage)
	close(d.news)
	d.news = make(chan struct{})
	d.mu.Unlock()
	if d.changed != nil {
		d.changed(d.ID)
	}
}

// Stage returns how far the decision has got.
func (d *Decision) Stage() Stage {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stage
}

// look returns how far the decision has got, and a channel that is closed when that changes.
func (d *Decision) look() (Stage, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stage, d.news
}

// Await waits until the decision is held or over, or until ctx is done, and returns the
// stage at that time.
func (d *Decision) Await(ctx context.Context) Stage {
	for {
		stage, news := d.look()
		if stage.Open || stage.Over {
			return stage
		}
		select {
		case <-news:
		case <-ctx.Done():
			return stage
		}
	}
}
