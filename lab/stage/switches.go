package stage

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/lab"
)

// through returns the log as a decision sees it through a boundary, and with or without a
// condition.
func (s Setting) through(log dcb.Log) dcb.Log {
	if s.Append == NoCondition {
		log = lab.Unconditional(log)
	}
	switch s.Boundary {
	case TagOnly:
		return byTag{log}
	case OneStream:
		return lab.Streams(log)
	case AndForOr:
		return lab.Flattening(log)
	}
	return log
}

// byTag is a log to which the types in queries mean nothing.
type byTag struct{ log dcb.Log }

// ReadSince reads the events of all types.
func (l byTag) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return l.log.ReadSince(ctx, withoutTypes(query), after)
}

// ReadUpTo reads the events of all types.
func (l byTag) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	return l.log.ReadUpTo(ctx, withoutTypes(query), upTo)
}

// AppendAfter guards against events of all types.
func (l byTag) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return l.log.AppendAfter(ctx, events, withoutTypes(query), known)
}

// withoutTypes returns a query for the events with the same tags, whatever their types. An
// item without tags keeps its types.
func withoutTypes(query dcb.Query) dcb.Query {
	items := query.Items()
	for i := range items {
		if len(items[i].Tags) > 0 {
			items[i].Types = nil
		}
	}
	return dcb.QueryOf(items...)
}

// A checkedFirst is a log whose append checks the condition, calls between, and then inserts
// the events. Nothing keeps others out meanwhile.
type checkedFirst struct {
	dcb.Log
	between func() error
}

// AppendAfter checks the condition, and then inserts the events.
func (l checkedFirst) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	inside, _, err := l.ReadSince(ctx, query, known)
	if err != nil {
		return 0, err
	}
	if len(inside) > 0 {
		return l.Log.AppendAfter(ctx, events, query, known) // which returns the conflict
	}
	if err := l.between(); err != nil {
		return 0, err
	}
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, dcb.Checkpoint{})
}
