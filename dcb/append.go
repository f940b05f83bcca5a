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

// appendSQL is append.sql behind the head at $11.
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
//  4. insert behind the head (append.sql), and commit, which releases the lock.
//
// They take two round trips, for what is inserted depends on the check. If nobody is in the
// way, one will do: see one_trip.go.
//
// So nothing is committed between check and commit but this transaction, and
// positions are given in the order of commits: who sees position 10 sees 1 to 9.
const (
	begin    = `begin isolation level read committed read write`
	takeLock = `select pg_advisory_xact_lock_shared(4919131752989213764), pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int),
		clock_timestamp() - statement_timestamp()` // how long that took
	commit   = `commit`
	rollback = `rollback`
)

// While the log is locked, the check fetches little of what got inside a boundary. What
// it leaves out is fetched afterwards, for those who are told of it.
const (
	maxMeanwhile      = 100       // events, for one append
	maxMeanwhileBytes = 256 << 10 // of tags and data, for all appends of a batch
)

// AppendEvents implements [EventStore]. At most 10,000 events go into one append.
//
// Appends of one store that come at the same time share a transaction; each still
// has its own condition and its own outcome. An append that is cancelled before it
// was sent is never sent; after that, AppendEvents waits for what became of it and
// returns the truth, but no longer than until the deadline of the context. If the
// connection is lost on the way, it finds out by the events' IDs whether they were stored.
// At the deadline, or when the database has not answered for some seconds, the error
// matches [ErrUnknownOutcome]; at the deadline it matches [context.DeadlineExceeded], too.
//
// Events whose IDs are stored already, by one append of these events in this order, are
// taken for a repetition of it: nothing is stored, and the first outcome is returned. So
// an append may be sent again by a caller who does not know what became of it, if the
// caller gave the events their IDs.
//
// The events are copied: the caller may use their memory again.
func (s *Store) AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error) {
	return s.AppendAfter(ctx, events, query, At(latestKnownPosition))
}

// AppendAfter implements [Log]. All that is said of [Store.AppendEvents] holds for it, too.
func (s *Store) AppendAfter(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error) {
	became := s.appendRequest(ctx, &request{}, events, query, known)
	return became.position, became.err
}

// appendRequest appends events by way of a request, which says what is special about it.
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

// complete reads the events that a conflict tells again if the check had no room for all of
// them. It is a conflict in any case: if the read fails, some are told without their content.
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
		// Somebody was faster: what they appended may be what makes the state.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return 0, err
		}
	}
}

// appendUnless reads once and, if there is no state, appends on the condition that there
// still is none.
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
