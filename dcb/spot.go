package dcb

import "time"

// A conflict need not cost a round trip. The log is locked and nothing can get in
// between any more, and the check has just returned all that did. So the committer
// hands that to whoever called [Decide], who decides again at once, on the goroutine
// that decided before, and the committer appends what follows now.

// redecide takes in what got inside the boundary, up to the position of the log's last
// event, and returns what is to be appended instead, which may be nothing. Without ok
// it did not come to an answer, and the append is a conflict.
type redecide func(meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool)

// A spot is one attempt that was made while the log was locked, remembered until it is
// known to count.
type spot[S any] struct {
	state        S // what the attempt knew,
	restoreParts func()
	meanwhile    []Event
	position     int64 // of the log's last event
	stale        []string

	value   any
	facts   []Fact
	events  []InputEvent
	refusal error
}

// redecide returns how the decision is taken again on the spot, from what the attempt
// before knew. The committer may ask more than once; the last answer counts.
//
// Only an answer or a refusal does. Whatever else goes wrong is a conflict, so that it
// goes wrong again when the decision reads on, and is told as what it is.
func (d *decision[S]) redecide(s *spot[S], restore func()) redecide {
	return func(meanwhile []*sharedEvent, head int64) ([]InputEvent, bool) {
		restore()
		// What is unguarded stays as it was read. Of its events the check has only those
		// that are inside the condition, too, and a history with holes never was.
		if err := d.view.concern.apply(meanwhile, guardedPart); err != nil {
			return nil, false
		}
		*s = spot[S]{state: d.state, position: head}
		if len(d.trace) > 0 {
			s.restoreParts = d.view.boundary.save()
			s.stale = d.view.concern.madeStale(&d.state, unshared(meanwhile))
		}
		if s.value, s.facts, s.refusal = d.decide(d.state); s.refusal != nil {
			return nil, true
		}
		var err error
		if s.events, err = Encode(s.facts); err == nil {
			err = checkEvents(s.events)
		}
		return s.events, err == nil
	}
}

// tell tells the trace what happened on the spot up to the decision, in the order in which
// it did. The attempt before is the one that was lost.
func (d *decision[S]) tell(s *spot[S], before TraceRead, lost []InputEvent) {
	if len(d.trace) == 0 {
		return
	}
	d.trace.conflicted(TraceConflicted{
		Attempt: before.Attempt, Events: lost, Stale: s.stale,
		Conflict: &ConflictError{Query: before.Condition, After: before.Position, Events: s.meanwhile[:min(len(s.meanwhile), maxConflictEvents)]},
	})
	d.state = s.state
	s.restoreParts()
	attempt := before.Attempt + 1
	d.trace.read(TraceRead{
		Attempt: attempt, Query: before.Query, Condition: before.Condition,
		After: before.Position, Events: s.meanwhile, Position: s.position, State: d.state,
	})
	d.trace.decided(TraceDecided{Attempt: attempt, Facts: unnoted(s.facts), Events: s.events, Refusal: s.refusal})
}

// How long the log stays locked for decisions on the spot: for one of them, and for all
// of one batch together. They take microseconds when they are as pure as they should be;
// the rest is for a processor that has other things to do.
const (
	longestOnTheSpot      = 10 * time.Millisecond
	longestBatchOnTheSpot = 40 * time.Millisecond
)

// patience is how long the committer still waits for answers.
type patience struct{ one, all time.Duration }

// A call asks whoever waits for the outcome of an append to decide again.
type call struct {
	meanwhile []*sharedEvent
	head      int64
	answer    chan answer // has room for it; closed without one when nobody is there any more
}

type answer struct {
	events []InputEvent
	ok     bool
}

// ask calls, and waits for the answer while there is time. Without ok there is none.
func (r *request) ask(meanwhile []*sharedEvent, head int64, p *patience) (events []InputEvent, ok bool) {
	began := time.Now()
	defer func() { p.all -= time.Since(began) }()
	timeIsUp := time.NewTimer(min(p.one, p.all))
	defer timeIsUp.Stop()

	c := call{meanwhile, head, make(chan answer, 1)}
	r.calls <- c
	select {
	case given, answered := <-c.answer:
		r.gone = !answered
		return given.events, given.ok
	case <-timeIsUp.C:
		r.late = true
		return nil, false
	}
}

// take answers a call. If again panics or ends its goroutine, as a failed requirement of
// a test does, it ends the decision of the caller, and nothing else.
func (r *request) take(c call) {
	defer close(c.answer)
	events, ok := r.again(c.meanwhile, c.head)
	c.answer <- answer{events, ok}
}
