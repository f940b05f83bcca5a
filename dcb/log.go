package dcb

import "context"

// A Log is what a decision needs of an event store. [Store] is one.
//
// Each method takes a [Checkpoint], and fails with an error that matches [ErrOtherHistory]
// if the log is not the one that the checkpoint is of. The log compares it at the moment
// at which it reads or appends. A checkpoint that is only a position is held against the
// end of the log; if that is beyond it, the error matches [ErrBeyondHead].
type Log interface {
	// ReadSince returns the events after a checkpoint that the query matches, in order,
	// and the checkpoint of the last event of the whole log, matching or not, both as of
	// one moment.
	ReadSince(ctx context.Context, query Query, after Checkpoint) (events []Event, head Checkpoint, err error)

	// ReadUpTo returns the events up to a checkpoint, included, that the query matches, in
	// order.
	ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) (events []Event, err error)

	// AppendAfter appends the events unless an event after the checkpoint matches the
	// query; then the error is a [*ConflictError]. It returns the position of the last one.
	AppendAfter(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error)
}

// An EventStore appends events under a condition and reduces them to state. It
// is the narrow interface of a [Store], for code that needs only this.
type EventStore interface {
	// AppendEvents appends the events, unless an event that the query matches
	// was stored after latestKnownPosition: then it appends nothing and its error
	// is a [*ConflictError]. The zero Query matches nothing, so that the append is
	// unconditional. All events are stored or none. It returns the position of the
	// last one.
	//
	// Nobody can know the log beyond its last event: with such a latestKnownPosition,
	// whatever the query, nothing is appended and the error matches [ErrBeyondHead].
	AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error)

	// AppendEventsIfNotExists appends the events unless the reducer makes a
	// state other than nil of the events that the query matches: then it appends
	// nothing and returns the position as of which they exist. Of several callers at the same
	// time one appends, and the others find its events.
	//
	// The reducer's InitialState has to be nil itself. With any other value, even a nil pointer,
	// the call is refused by an [InputError], because the events would seem to exist in an empty
	// log. What ReducerFn returns counts as nil if it is a nil pointer, map or slice, too.
	//
	// The state is always read afresh. A latestKnownPosition beyond the end of the log is
	// refused as in AppendEvents.
	AppendEventsIfNotExists(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error)

	// ReadState reduces the events that the query matches, in order. The position
	// it returns is that of the last event in the log when it was read, whether
	// the query matches that one or not: append with the same query and this
	// position, and the append fails if the state is no longer true.
	ReadState(ctx context.Context, query Query, stateReducer StateReducer) (int64, any, error)

	// ReadStateUpTo is ReadState as it was when the log ended at maxPosition.
	ReadStateUpTo(ctx context.Context, query Query, stateReducer StateReducer, maxPosition int64) (int64, any, error)

	// Close waits for the appends that were accepted, and refuses every later call. It leaves
	// the pool open, and may be called twice.
	Close()
}

// A StateReducer folds events into a state. ReducerFn gets the state so far, at
// first InitialState, and returns the next; it is called in the order of positions.
type StateReducer struct {
	InitialState any
	ReducerFn    func(state any, event Event) any
}
