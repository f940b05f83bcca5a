package dcb

import (
	"cmp"
	"context"
	"slices"
)

// A view is what a decision has seen of the log: its boundary, and up to where.
type view struct {
	log       Log
	traced    bool // a trace wants to know which events were read
	boundary  Boundary
	concern   concern // of the boundary
	query     Query
	condition Query
	known     Checkpoint

	found Boundary // by the parts of [Then], in this attempt
	told  []int64  // the positions of the events that were read, ascending; kept only if there are such parts
}

func newView(log Log, boundary Boundary, traced bool) view {
	v := view{log: log, traced: traced, boundary: boundary, concern: newConcern(boundary), query: boundary.Query()}
	v.condition = v.query
	if slices.ContainsFunc(boundary, func(p Part) bool { return p.unguarded }) {
		v.condition = boundary.Condition()
	}
	return v
}

// read goes on from where the last read ended, and folds the events into the parts. It returns
// what was read, and what the append has to be conditional on.
func (v *view) read(ctx context.Context) (TraceRead, error) {
	step := TraceRead{Query: v.query, Condition: v.condition, After: v.known.Position}
	take := func(events []*sharedEvent) error {
		step.Count += len(events)
		if v.traced || v.boundary.grows() {
			step.Events = append(step.Events, owned(events)...)
		}
		return v.concern.apply(events, everyPart)
	}
	query, latest := v.query, Boundary(nil)
	if v.known == (Checkpoint{}) && slices.ContainsFunc(v.boundary, latestPart) {
		query, latest = v.boundary.queryOf(wholePart), v.boundary
	}
	head, err := v.readOn(ctx, query, take)
	if err != nil {
		return step, err
	}
	v.known, step.Known, step.Position = head, head, head.Position
	last, err := v.readLatest(ctx, latest)
	if err != nil {
		return step, err
	}
	if len(last) > 0 { // otherwise the events are in order, and there may be many
		step.Events = inOrder(append(step.Events, last...))
		step.Count += len(last)
	}
	if v.boundary.grows() {
		if step.Events, err = v.readFound(ctx, step.Events); err != nil {
			return step, err
		}
		step.Query, step.Condition = v.all().Query(), v.all().Condition()
		step.Count = len(step.Events)
	}
	return step, nil
}

// A firstReader reads for a decision that has read nothing yet. See shared_read.go.
type firstReader interface {
	// read hands the events that the query matches to take, in order, and returns the checkpoint
	// of the last event of the log, both as of one moment that is not before the call.
	read(ctx context.Context, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error)

	memoryStat() MemoryStat
}

// readOn hands what came after the last read to take, and returns up to where the log was
// read.
func (v *view) readOn(ctx context.Context, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error) {
	if store, ok := v.log.(*Store); ok && store.first != nil && v.known == (Checkpoint{}) {
		if err := store.readable(query); err != nil {
			return Checkpoint{}, err
		}
		return store.first.read(ctx, query, take)
	}
	events, head, err := v.log.ReadSince(ctx, query, v.known)
	if err == nil {
		err = take(share(events))
	}
	return head, err
}

// readLatest reads the last event for each [Latest] part, up to where the view has read, and
// returns these events.
func (v *view) readLatest(ctx context.Context, parts Boundary) (all []Event, err error) {
	for _, part := range parts {
		if !part.latest {
			continue
		}
		last, err := v.last(ctx, part.query)
		if err != nil {
			return nil, err
		}
		for _, e := range share(last) {
			if err := part.apply(e); err != nil {
				return nil, err
			}
		}
		all = append(all, last...)
	}
	return all, nil
}

// last returns the last event that the query matches up to where the view has read, or none.
func (v *view) last(ctx context.Context, query Query) ([]Event, error) {
	if log, ok := v.log.(lastLog); ok {
		return log.last(ctx, query, v.known)
	}
	events, err := v.log.ReadUpTo(ctx, query, v.known)
	return events[max(0, len(events)-1):], err
}

// A lastLog is a log that can read from its end.
type lastLog interface {
	last(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error)
}

// inOrder returns the events in the order of the log, each once.
func inOrder(events []Event) []Event {
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.Position, b.Position) })
	return slices.CompactFunc(events, func(a, b Event) bool { return a.Position == b.Position })
}

// readFound reads the events of the parts that [Then] finds now, up to where the view has
// read already. Later events are not lost: the append's condition catches them. The log up to a
// checkpoint never changes, so the two reads are as good as one snapshot. It returns those events
// of both that no attempt before has read.
func (v *view) readFound(ctx context.Context, events []Event) ([]Event, error) {
	all := slices.Clone(events)
	v.found = nil
	for stage := v.boundary.found(); len(stage) > 0; stage = stage.found() {
		older, err := v.log.ReadUpTo(ctx, stage.queryOf(wholePart), v.known)
		if err != nil {
			return nil, err
		}
		if err := newConcern(stage).apply(share(older), everyPart); err != nil {
			return nil, err
		}
		last, err := v.readLatest(ctx, stage)
		if err != nil {
			return nil, err
		}
		all, v.found = slices.Concat(all, older, last), append(v.found, stage...)
	}
	all = slices.DeleteFunc(inOrder(all), func(e Event) bool {
		_, told := slices.BinarySearch(v.told, e.Position)
		return told
	})
	for _, e := range all {
		v.told = append(v.told, e.Position)
	}
	slices.Sort(v.told)
	return all, nil
}

// forget makes the next read begin at the start of the log.
func (v *view) forget() {
	v.known, v.found, v.told = Checkpoint{}, nil, nil
}

// all returns the whole boundary, found parts included.
func (v *view) all() Boundary {
	return slices.Concat(v.boundary, v.found)
}
