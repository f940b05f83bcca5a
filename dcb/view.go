package dcb

import (
	"context"
	"slices"
)

// A view is what a decision has seen of the log: its boundary, and up to where.
type view struct {
	log       Log
	boundary  Boundary
	query     Query // of the boundary
	condition Query
	position  int64

	found Boundary // by the parts of [Then], in this attempt
	told  []int64  // the positions of the events that were read, if there are such parts
}

func newView(log Log, boundary Boundary) view {
	return view{log: log, boundary: boundary, query: boundary.Query(), condition: boundary.Condition()}
}

// read goes on from where the last read ended, and lets the parts take it in. It
// says what was read and what the append is to be conditional on.
func (v *view) read(ctx context.Context) (TraceRead, error) {
	step := TraceRead{Query: v.query, Condition: v.condition, After: v.position}
	var err error
	step.Events, step.Position, err = v.log.ReadSince(ctx, v.query, v.position)
	if err != nil {
		return step, err
	}
	v.position = step.Position
	if err := v.boundary.apply(step.Events); err != nil {
		return step, err
	}
	if v.boundary.grows() {
		if step.Events, err = v.readFound(ctx, step.Events); err != nil {
			return step, err
		}
		step.Query, step.Condition = v.all().Query(), v.all().Condition()
	}
	return step, nil
}

// readFound reads what is found now, from the start of the log up to the position
// that the view has already. What was appended after it is left for the append to
// meet: the log up to a position never changes, so two reads add up to one. It
// returns the events of both that no attempt before has read.
func (v *view) readFound(ctx context.Context, events []Event) ([]Event, error) {
	all := slices.Clone(events)
	v.found = nil
	for stage := v.boundary.found(); len(stage) > 0; stage = stage.found() {
		older, _, err := v.log.ReadSince(ctx, stage.Query(), 0)
		if err != nil {
			return nil, err
		}
		older = slices.DeleteFunc(slices.Clone(older), func(e Event) bool { return e.Position > v.position })
		if err := stage.apply(older); err != nil {
			return nil, err
		}
		all, v.found = append(all, older...), append(v.found, stage...)
	}
	slices.SortFunc(all, func(a, b Event) int { return int(a.Position - b.Position) })
	all = slices.CompactFunc(all, func(a, b Event) bool { return a.Position == b.Position })
	all = slices.DeleteFunc(all, func(e Event) bool { return slices.Contains(v.told, e.Position) })
	for _, e := range all {
		v.told = append(v.told, e.Position)
	}
	return all, nil
}

// all returns the whole boundary, found parts included.
func (v *view) all() Boundary {
	return slices.Concat(v.boundary, v.found)
}
