package lens

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// A Rehearsal is the log up to a position. Decisions read from it and append to it, and
// nothing is stored.
type Rehearsal struct {
	log dcb.Log
	end dcb.Checkpoint
}

var _ dcb.Log = Rehearsal{}

// NewRehearsal returns a rehearsal of the log as it is now.
func NewRehearsal(ctx context.Context, log dcb.Log) (Rehearsal, error) {
	_, head, err := log.ReadSince(ctx, dcb.Query{}, dcb.Checkpoint{}) // the zero query selects nothing: only the end of the log is of interest
	return Rehearsal{log, head}, err
}

// Position returns the position of the last event.
func (r Rehearsal) Position() int64 { return r.end.Position }

// ReadSince implements [dcb.Log].
func (r Rehearsal) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if r.end.Position == 0 {
		return nil, r.end, nil
	}
	events, err := r.log.ReadUpTo(ctx, query, r.end)
	events = slices.DeleteFunc(events, func(e dcb.Event) bool { return e.Position <= after.Position })
	return events, r.end, err
}

// ReadUpTo implements [dcb.Log].
func (r Rehearsal) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	return r.log.ReadUpTo(ctx, query, upTo)
}

// AppendAfter implements [dcb.Log]. It returns where the last event would stand.
func (r Rehearsal) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return r.end.Position + int64(len(events)), dcb.CheckAppend(ctx, events, query, known)
}

// A Decision is the result of a command in a rehearsal.
type Decision struct {
	Receipt   receipt.Receipt // of its only attempt
	Condition dcb.Query       // the query of its append condition
	Read      []dcb.Event     // the events inside the boundary, in order
	Events    []dcb.Event     // what it would append; none if it is refused
	Refusal   error
}

// Try takes the decision of a command on the rehearsal. A refusal is part of the result. An
// error comes from the log.
func (r Rehearsal) Try(ctx context.Context, cmd dcb.Command) (Decision, error) {
	var d Decision
	ctx, recorder := receipt.Record(unobserved{ctx}, cmd, "")
	ctx = dcb.WithTrace(ctx, &dcb.Trace{
		Read: func(step dcb.TraceRead) { d.Condition, d.Read = step.Condition, step.Events },
		Decided: func(step dcb.TraceDecided) {
			d.Refusal = step.Refusal
		},
		Appended: func(step dcb.TraceAppended) { d.Events = asStored(step.Events, r.end.Position) },
	})
	if err := cmd.Decide(ctx, r); err != nil && d.Refusal == nil {
		return Decision{}, err
	}
	d.Receipt, _ = recorder.Receipt()
	return d, nil
}

// asStored returns events as they would be stored after a position.
func asStored(events []dcb.InputEvent, after int64) []dcb.Event {
	stored := make([]dcb.Event, len(events))
	for i, e := range events {
		stored[i] = dcb.Event{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID, Position: after + int64(i) + 1}
	}
	return stored
}

// unobserved drops all values of a context, and keeps its deadline. A rehearsal must not
// trigger the traces of the request that shows it, such as its recorder.
type unobserved struct{ context.Context }

func (unobserved) Value(any) any { return nil }
