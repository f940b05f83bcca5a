package lens

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// A Rehearsal is the log as it was when it ended at a position. Decisions read from it and
// append to it, and nothing of that is stored.
type Rehearsal struct {
	log dcb.Log
	end dcb.Checkpoint
}

var _ dcb.Log = Rehearsal{}

// NewRehearsal returns the log as it is now.
func NewRehearsal(ctx context.Context, log dcb.Log) (Rehearsal, error) {
	_, head, err := log.ReadSince(ctx, dcb.Query{}, dcb.Checkpoint{}) // the query for nothing: only the end is of interest
	return Rehearsal{log, head}, err
}

// Position is that of the last event.
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

// A Decision is one that would be taken.
type Decision struct {
	Receipt   receipt.Receipt // as it would be, of the one attempt
	Condition dcb.Query       // what its append would be conditional on
	Read      []dcb.Event     // what lies inside the boundary, in order
	Events    []dcb.Event     // what it would append; none when it is refused
	Refusal   error
}

// Try carries a command out on the rehearsal. A refusal is part of the decision; an error
// is the log's.
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

// asStored returns events as they would stand behind a position.
func asStored(events []dcb.InputEvent, after int64) []dcb.Event {
	stored := make([]dcb.Event, len(events))
	for i, e := range events {
		stored[i] = dcb.Event{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID, Position: after + int64(i) + 1}
	}
	return stored
}

// unobserved is a context of which nothing is left but its end. A rehearsal is nobody's
// decision: whoever watches those, or holds them up, must not hear of it.
type unobserved struct{ context.Context }

func (unobserved) Value(any) any { return nil }
