package dcb

import "context"

// A spotLog is a log that can let a decision be taken again while it is locked for
// the append, so that nothing can get in between any more.
type spotLog interface {
	// appendDecided is AppendEvents, but if events got inside the boundary it hands
	// them to again, with the position of the log's last event, and appends what
	// again returns instead, if that is anything; then onTheSpot is true. It may call
	// again more than once, from another goroutine, before it returns; the last call
	// counts. It may also return the conflict.
	appendDecided(ctx context.Context, events []InputEvent, query Query, after int64, again redecide) (last int64, onTheSpot bool, err error)
}

// redecide takes in what happened meanwhile and returns what is to be appended.
type redecide func(meanwhile []Event, position int64) []InputEvent

func appendDecided(ctx context.Context, log Log, events []InputEvent, query Query, after int64, again redecide) (last int64, onTheSpot bool, err error) {
	if log, ok := log.(spotLog); ok && again != nil && !contextTraces(ctx).stepwise() {
		return log.appendDecided(ctx, events, query, after, again)
	}
	last, err = log.AppendEvents(ctx, events, query, after)
	return last, false, err
}

// onTheSpot is one attempt that was made while the log was locked, remembered until
// it is known to count.
type onTheSpot struct {
	condition Query
	after     int64        // what the attempt before knew
	lost      []InputEvent // and wanted
	meanwhile []Event
	position  int64 // of the log's last event
	stale     []string
	state     any

	facts    []Fact
	events   []InputEvent // the facts, to be appended
	err      error        // a refusal, or what went wrong
	panicked any          // it belongs to whoever called Decide
}

// begin forgets what an earlier call decided: the last one counts.
func (s *onTheSpot) begin(meanwhile []Event, position int64) {
	*s = onTheSpot{condition: s.condition, after: s.after, lost: s.lost, meanwhile: meanwhile, position: position}
}

// decide takes the decision. A panic must not end the goroutine that appends for
// everybody.
func (s *onTheSpot) decide(decide func() ([]Fact, error)) {
	defer func() { s.panicked = recover() }()
	if s.facts, s.err = decide(); s.err != nil {
		return
	}
	events, err := Encode(s.facts)
	if err == nil {
		err = checkEvents(events)
	}
	if s.err = err; err == nil {
		s.events = events
	}
}

// tell tells the trace what happened, in the order in which it did, and returns
// how the decision ended. The attempt before is the one that was lost.
func (s *onTheSpot) tell(trace traces, before int, last int64) error {
	if s.panicked != nil {
		panic(s.panicked)
	}
	trace.conflicted(TraceConflicted{
		Attempt: before, Events: s.lost, Stale: s.stale,
		Conflict: &ConflictError{Query: s.condition, After: s.after, Events: s.meanwhile[:min(len(s.meanwhile), maxConflictEvents)]},
	})
	attempt := before + 1
	trace.read(TraceRead{
		Attempt: attempt, Query: s.condition, Condition: s.condition,
		After: s.after, Events: s.meanwhile, Position: s.position, State: s.state,
	})
	trace.decided(TraceDecided{Attempt: attempt, Facts: s.facts, Refusal: s.err})
	if len(s.events) > 0 {
		trace.appended(TraceAppended{Attempt: attempt, Events: s.events, Position: last})
	}
	return s.err
}
