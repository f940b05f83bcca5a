package lab

import (
	"context"
	"errors"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A witness is the log of a command that reads and appends by itself. It tells traces what the
// command does, as [dcb.Decide] tells them of others: the first read begins an attempt, and an
// append ends it.
type witness struct {
	dcb.Log
	traces []*dcb.Trace

	attempt int       // the number of the last one, from 1
	open    bool      // the last attempt has read, and has not appended
	query   dcb.Query // what it read
	known   int64     // the position up to which it read
	state   witnessed

	lost   *dcb.TraceConflicted // an append that was turned away, until it is known whether there is another attempt
	lostAt time.Time
}

// witnessed is what a witness knows of the state of a decision.
type witnessed struct{ seatsTaken int }

// decide carries out the command on the log of the witness.
func (w *witness) decide(ctx context.Context, cmd dcb.Command) error {
	err := cmd.Decide(ctx, w)
	switch _, refused := errors.AsType[courses.Refusal](err); {
	case refused:
		w.beginUnlessOpen(w.query, w.known)
		w.decided(dcb.TraceDecided{Attempt: w.attempt, Refusal: err})
	case err == nil && w.open:
		w.decided(dcb.TraceDecided{Attempt: w.attempt})
	case err == nil || errors.Is(err, dcb.ErrConflict):
		w.conflicted(true)
	default:
		w.beginUnlessOpen(w.query, w.known)
		failed := dcb.TraceFailed{Attempt: w.attempt, Query: w.query, Err: err}
		tell(w, failed, func(t *dcb.Trace) func(dcb.TraceFailed) { return t.Failed })
	}
	return err
}

// ReadSince implements [dcb.Log].
func (w *witness) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	w.conflicted(false) // a read after a conflict is another attempt
	events, head, err := w.Log.ReadSince(ctx, query, after)
	if err == nil && !w.open {
		w.begin(query, events, head.Position)
	}
	return events, head, err
}

// AppendAfter implements [dcb.Log].
func (w *witness) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	w.beginUnlessOpen(query, known.Position)
	w.open = false
	w.decided(dcb.TraceDecided{Attempt: w.attempt, Facts: factsOf(events), Events: events})
	last, err := w.Log.AppendAfter(ctx, events, query, known)
	if conflict, ok := errors.AsType[*dcb.ConflictError](err); ok {
		w.lost, w.lostAt = &dcb.TraceConflicted{Attempt: w.attempt, Events: events, Conflict: conflict}, time.Now()
		if seatsIn(conflict.Events) > 0 {
			w.lost.Stale = []string{"seatsTaken"}
		}
	}
	if err == nil {
		appended := dcb.TraceAppended{Attempt: w.attempt, Events: events, Position: last}
		tell(w, appended, func(t *dcb.Trace) func(dcb.TraceAppended) { return t.Appended })
	}
	return last, err
}

// beginUnlessOpen begins an attempt that has read nothing new, unless one is under way.
func (w *witness) beginUnlessOpen(query dcb.Query, position int64) {
	if !w.open {
		w.begin(query, nil, position)
	}
}

// begin begins an attempt with what it read up to a position. Some of the events may be known
// from the attempt before.
func (w *witness) begin(query dcb.Query, events []dcb.Event, position int64) {
	w.conflicted(false)
	for len(events) > 0 && events[0].Position <= w.known {
		events = events[1:]
	}
	w.attempt++
	w.state.seatsTaken += seatsIn(events)
	read := dcb.TraceRead{
		Attempt: w.attempt, Query: query, Condition: query, After: w.known, Events: events, Position: position, State: w.state,
	}
	w.open, w.query, w.known = true, query, position
	tell(w, read, func(t *dcb.Trace) func(dcb.TraceRead) { return t.Read })
}

func (w *witness) decided(step dcb.TraceDecided) {
	tell(w, step, func(t *dcb.Trace) func(dcb.TraceDecided) { return t.Decided })
}

// conflicted tells of the append that was turned away, if the last one was. gaveUp says that
// no other attempt comes.
func (w *witness) conflicted(gaveUp bool) {
	if w.lost == nil {
		return
	}
	w.lost.GaveUp = gaveUp
	if !gaveUp {
		w.lost.Wait = max(time.Since(w.lostAt), 1) // 0 would say that it decided again on the spot
	}
	tell(w, *w.lost, func(t *dcb.Trace) func(dcb.TraceConflicted) { return t.Conflicted })
	w.lost = nil
}

// tell runs one hook of each trace that has it.
func tell[Step any](w *witness, step Step, hookOf func(*dcb.Trace) func(Step)) {
	for _, t := range w.traces {
		if hook := hookOf(t); hook != nil {
			hook(step)
		}
	}
}

func seatsIn(events []dcb.Event) (n int) {
	for _, e := range events {
		if _, ok := seatIn(e); ok {
			n++
		}
	}
	return n
}

// An appendedFact is a fact that is known only by its event.
type appendedFact struct{ event dcb.InputEvent }

// EventType implements [dcb.Fact].
func (f appendedFact) EventType() string { return f.event.Type }

// Tags implements [dcb.Fact].
func (f appendedFact) Tags() dcb.Tags { return f.event.Tags }

func factsOf(events []dcb.InputEvent) []dcb.Fact {
	facts := make([]dcb.Fact, len(events))
	for i, e := range events {
		facts[i] = appendedFact{e}
	}
	return facts
}
