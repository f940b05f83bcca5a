package dcb

import "time"

// A conflict need not cost a round trip. The log is locked, so nothing more can get inside
// the boundary, and the check has just returned all that did. The committer hands these
// events to the caller of [Decide], who decides again at once, on the goroutine that decided
// before. The committer appends the new answer.

// How long the log stays locked for decisions on the spot: for one of them, and for all
// of one batch together. A pure decision takes microseconds; the rest is for a processor
// that has other things to do.
const (
	longestOnTheSpot      = 10 * time.Millisecond
	longestBatchOnTheSpot = 40 * time.Millisecond
)

// A spot is one attempt that was made while the log was locked. Whether it counts is known
// when the batch has ended.
type spot struct {
	restore restore // of what the attempt knew, if a trace asks
	stale   []string
	answer
}

// onTheSpot lets the committer have a request decided again, from what the attempt before
// knew. The committer may ask more than once; the last answer counts. over takes the outcome of
// the request. If an answer on the spot counts, it becomes that of the decision.
func onTheSpot(d *decision, r *request, before TraceRead, restore restore) (over func(outcome)) {
	if d.slow || d.trace.stepwise() || len(d.view.found) > 0 {
		return func(outcome) {}
	}
	var s spot
	r.again = func(meanwhile []*sharedEvent, head int64) ([]InputEvent, bool) {
		restore()
		return d.decideAgain(&s, meanwhile, head)
	}
	return func(became outcome) {
		d.slow = became.late
		if became.replaced {
			d.count(s, before, became.meanwhile)
		}
	}
}

// decideAgain takes in what got inside the boundary, and decides. If ok is false, the
// append is a conflict: the decision reads on, meets the same error, and returns it.
func (d *decision) decideAgain(s *spot, meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool) {
	// The unguarded parts keep what they have read. The check asks for the condition only, so
	// of the events that they look at some may be missing.
	if err := d.view.concern.apply(meanwhile, guardedPart); err != nil {
		return nil, false
	}
	if len(d.view.boundary.found()) > 0 {
		return nil, false // what is found now has to be read, and the log is locked
	}
	if len(d.trace) > 0 {
		s.restore = d.remember()
		s.stale = d.view.concern.madeStale(d.into, unshared(meanwhile))
	}
	var err error
	if s.answer, err = d.decideAt(head); s.refusal != nil {
		s.events = nil
		return nil, true
	}
	if err == nil {
		err = checkEvents(s.events)
	}
	return s.events, err == nil
}

// count makes what was decided on the spot the answer of the decision. It tells the trace of
// both attempts: the one before is lost, and this one has read what got in between.
func (d *decision) count(s spot, before TraceRead, meanwhile []Event) {
	lost := d.events
	d.answer, d.number = s.answer, before.Attempt+1
	if len(d.trace) == 0 {
		return
	}
	d.trace.conflicted(TraceConflicted{
		Attempt: before.Attempt, Events: lost, Stale: s.stale,
		Conflict: &ConflictError{Query: before.Condition, After: before.Position, Events: meanwhile[:min(len(meanwhile), maxConflictEvents)]},
	})
	s.restore()
	d.trace.read(TraceRead{
		Attempt: d.number, Query: before.Query, Condition: before.Condition,
		After: before.Position, Events: meanwhile, Count: len(meanwhile), Position: s.position, Known: At(s.position), State: d.state(),
	})
	d.tellDecided()
}

// patience is how long the committer still waits for answers.
type patience struct{ one, all time.Duration }

// asker returns how a batch asks the callers of its requests to decide again.
func (p patience) asker() asker {
	return func(r *request, meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool) {
		if !r.mayDecideAgain() || p.all <= 0 {
			return nil, false
		}
		return p.ask(r, meanwhile, head)
	}
}

// mayDecideAgain reports whether the request can be decided again on the spot. One that is
// adrift can't: what it met may be its own events.
func (r *request) mayDecideAgain() bool {
	return r.again != nil && !r.gone && !r.late && !r.adrift
}

// ask asks the caller of a request to decide again, and waits for the events while there is time.
func (p *patience) ask(r *request, meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool) {
	began := time.Now()
	defer func() { p.all -= time.Since(began) }()
	timeIsUp := time.NewTimer(min(p.one, p.all))
	defer timeIsUp.Stop()

	type answer struct {
		events []InputEvent
		ok     bool
	}
	answers := make(chan answer, 1)
	r.calls <- func() {
		// If again panics or ends its goroutine, as a failed requirement of a test does, that
		// ends the decision of the caller, and nothing else.
		defer close(answers)
		events, ok := r.again(meanwhile, head)
		answers <- answer{events, ok}
	}
	select {
	case a, answered := <-answers:
		r.gone = !answered
		return a.events, a.ok
	case <-timeIsUp.C:
		r.late = true
		return nil, false
	}
}
