package dcb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"reflect"
	"slices"
)

//go:embed append.sql
var storeSQL string

// appendSQL is append.sql with the head of the log in $11.
var appendSQL = "with base as (select $11::bigint as position),\n" + storeSQL

// Appending is four statements, and their order is what makes it correct:
//
//  1. begin, at read committed: every statement sees what was committed before
//     that statement began. Under repeatable read the check would look at the
//     log as it was before the lock was granted, and pass when it must not. The
//     level is named, so that no default of the database, of the role or of the
//     pool can make it another.
//  2. take the append lock, which queues appends up, one at a time, until their
//     transaction ends. It needs a statement of its own, because a statement's
//     snapshot is taken before it waits. The lock is that of this log: another log in
//     the database, in another schema, has another table, and so another lock. The
//     first number is the lock of versions before that rule. All logs share it, and
//     keep those versions out.
//  3. check the condition: the read of the decision (read.sql), asked again.
//  4. insert after the head (append.sql), and commit, which releases the lock.
//
// They take two round trips, because what is inserted depends on the check. Often one is enough:
// see one_trip.go.
//
// So no other transaction commits between the check and the commit, and positions are given in
// the order of commits: a reader who sees position 10 sees 1 to 9.
const (
	begin    = `begin isolation level read committed read write`
	takeLock = `select pg_advisory_xact_lock_shared(4919131752989213764), pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int),
		clock_timestamp() - statement_timestamp()` // how long that took
	commit   = `commit`
	rollback = `rollback`
)

// While the log is locked, the check fetches only the first of the events that got inside a
// boundary. The others are fetched after the lock is released, if a conflict has to name them.
const (
	maxMeanwhile      = 100       // events, for one append
	maxMeanwhileBytes = 256 << 10 // of tags and data, for all appends of a batch
)

// AppendEvents implements [EventStore]. At most 10,000 events go into one append.
//
// Appends of one store that come at the same time share a transaction; each has its own
// condition and its own outcome. An append that is cancelled before it was sent is never sent.
// After that, AppendEvents waits for its outcome, until the deadline of the context. If the
// connection is lost on the way, it finds out by the events' IDs whether they were stored.
// At the deadline, or when the database has not answered for some seconds, the error
// matches [ErrUnknownOutcome]; at the deadline it matches [context.DeadlineExceeded], too.
//
// If one append has stored these events already, with these IDs and in this order, this is a
// repetition of it: nothing is stored, and the first outcome is returned. So a caller who gave
// the events their IDs, and does not know the outcome of an append, may send it again.
//
// The events are copied: the caller may reuse their memory.
func (s *Store) AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error) {
	return s.AppendAfter(ctx, events, query, At(latestKnownPosition))
}

// AppendAfter implements [Log]. All that is said of [Store.AppendEvents] holds for it, too.
func (s *Store) AppendAfter(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error) {
	became := s.appendRequest(ctx, &request{}, events, query, known)
	return became.position, became.err
}

// appendRequest appends events by a request. What is special about it is set in r already.
func (s *Store) appendRequest(ctx context.Context, r *request, events []InputEvent, query Query, known Checkpoint) outcome {
	if err := CheckAppend(ctx, events, query, known); err != nil {
		return outcome{err: fmt.Errorf("append events: %w", err)}
	}
	r.fill(ctx, events, query, known)
	became := s.committer.append(ctx, r)
	if conflict, ok := errors.AsType[*ConflictError](became.err); ok && (r.traced || !r.decided) {
		s.complete(ctx, conflict)
	}
	if became.err != nil {
		became.err = fmt.Errorf("append events: %w", became.err)
	}
	return became
}

// complete reads the events of a conflict again if the check had no room for the content of all
// of them. If that fails, the conflict names some of them without their content.
func (s *Store) complete(ctx context.Context, conflict *ConflictError) {
	if !slices.ContainsFunc(conflict.Events, Event.isCut) {
		return
	}
	last := conflict.Events[len(conflict.Events)-1].Position
	page, err := s.page(ctx, readSQL, conflict.Query, conflict.After, last, maxConflictEvents, Checkpoint{})
	if err == nil && len(page.events) > 0 {
		conflict.Events = page.events
	}
}

// AppendEventsIfNotExists implements [EventStore].
func (s *Store) AppendEventsIfNotExists(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error) {
	if reducer.InitialState != nil {
		return 0, fmt.Errorf("append events: %w", inputErrorf("the state begins as %#v, so the events would always exist: leave InitialState nil, "+
			"and let ReducerFn return something when they do", reducer.InitialState))
	}
	for attempt := 1; ; attempt++ {
		last, err := s.appendUnless(ctx, events, query, latestKnownPosition, reducer)
		again := errors.Is(err, ErrConflict) || errors.Is(err, ErrOtherHistory)
		if !again || attempt == maxAttempts {
			return last, err
		}
		// Another append was faster, and may have stored the events that make the state.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return 0, err
		}
	}
}

// appendUnless reads once. If there is no state, it appends on the condition that there still
// is none.
func (s *Store) appendUnless(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error) {
	read, state, err := s.readState(ctx, query, reducer, toTheEnd)
	switch {
	case err != nil:
		return 0, err
	case read.Position < latestKnownPosition:
		return 0, fmt.Errorf("append events: %w", beyondHead(read.Position, latestKnownPosition))
	case !isNil(state):
		return read.Position, s.Confirm(ctx)
	}
	return s.AppendAfter(ctx, events, query, read)
}

// isNil reports whether a state is nil, or a nil of some type.
func isNil(state any) bool {
	switch v := reflect.ValueOf(state); v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	default:
		return false
	}
}
