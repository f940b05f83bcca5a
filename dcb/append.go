package dcb

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed append.sql
var appendSQL string

// Appending is four statements, and their order is what makes it correct:
//
//  1. begin, at read committed: every statement sees what was committed before
//     that statement began. Under repeatable read the check would look at the
//     log as it was before the lock was granted, and pass when it must not. The
//     level is named, so that no default of the database, of the role or of the
//     pool can make it another.
//  2. take the append lock, which queues appends up, one at a time, until their
//     transaction ends. It needs a statement of its own, because a statement's
//     snapshot is taken before it waits. The lock belongs to the database; its
//     number only has to be nobody else's.
//  3. check the condition: the read of the decision (read.sql), asked again.
//  4. insert behind the head (append.sql), and commit, which releases the lock.
//
// So nothing is committed between check and commit but this transaction, and
// positions are given in the order of commits: who sees position 10 sees 1 to 9.
const (
	begin    = `begin isolation level read committed read write`
	takeLock = `select pg_advisory_xact_lock(4919131752989213764)`
	commit   = `commit`
	rollback = `rollback`
)

// maxMeanwhile is how many events are fetched of what got inside the boundary of one
// append.
const maxMeanwhile = 100

// AppendEvents implements [EventStore]. At most 10,000 events go into one append.
//
// Appends of one store that come at the same time share a transaction; each still
// has its own condition and its own outcome. An append that is cancelled before it
// was sent is never sent; after that, AppendEvents waits for what became of it and
// returns the truth. If the connection is lost on the way, it finds out by the
// events' IDs whether they were stored.
//
// Events whose IDs are stored already, all of them and with the same content, are
// taken for a repetition: nothing is stored, and the first outcome is returned. So
// an append may be sent again by a caller who does not know what became of it.
func (s *Store) AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error) {
	position, _, err := s.appendDecided(ctx, events, query, latestKnownPosition, nil)
	return position, err
}

// appendDecided implements [spotLog].
func (s *Store) appendDecided(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, again redecide) (last int64, onTheSpot bool, err error) {
	r, err := newRequest(ctx, events, query, latestKnownPosition)
	if err == nil {
		err = s.open()
	}
	if err != nil {
		return 0, false, fmt.Errorf("append events: %w", err)
	}
	r.again = again
	became := s.committer.append(ctx, r)
	if became.err != nil {
		return 0, false, fmt.Errorf("append events: %w", became.err)
	}
	return became.position, became.again, nil
}

// AppendEventsIfNotExists implements [EventStore].
func (s *Store) AppendEventsIfNotExists(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error) {
	for attempt := 1; ; attempt++ {
		position, state, err := s.ReadState(ctx, query, reducer)
		if err != nil || state != nil {
			return position, err
		}
		last, err := s.AppendEvents(ctx, events, query, max(position, latestKnownPosition))
		if !errors.Is(err, ErrConflict) || attempt == maxAttempts {
			return last, err
		}
		// Somebody was faster: what they appended may be what makes the state.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return 0, err
		}
	}
}

// A request is one append on its way into the log.
type request struct {
	ctx   context.Context // for what it carries
	asked []Event         // without their positions
	query Query
	after int64
	size  int      // bytes of data
	again redecide // what to do on the spot about a conflict, or nil

	events    []Event      // to be stored: what was asked, or
	onTheSpot bool         // what was decided again
	outcome   chan outcome // gets the one outcome; has room for it
}

// An outcome is what became of an append.
type outcome struct {
	position int64 // of its last event
	again    bool  // what was decided again on the spot counts
	err      error
}

// newRequest checks the arguments of an append.
func newRequest(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (*request, error) {
	if err := CheckAppend(ctx, events, query, latestKnownPosition); err != nil {
		return nil, err
	}
	r := &request{
		ctx:     ctx,
		asked:   make([]Event, len(events)),
		query:   query,
		after:   latestKnownPosition,
		outcome: make(chan outcome, 1),
	}
	for i, e := range events {
		r.asked[i] = e.stored(ctx)
		r.size += len(e.Data)
	}
	return r, nil
}

// stored returns the event as it will be stored, but for its position.
func (e InputEvent) stored(ctx context.Context) Event {
	if e.ID == "" {
		e.ID = NewID()
	}
	return Event{
		ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data,
		CausationID: cmp.Or(e.CausationID, CausationID(ctx)), CorrelationID: CorrelationID(ctx),
	}
}

// ids returns the IDs of the events.
func (r *request) ids() []string {
	ids := make([]string, len(r.events))
	for i, e := range r.events {
		ids[i] = e.ID
	}
	return ids
}

// queueInsert queues append.sql for the events, right behind the head.
func queueInsert(batch *pgx.Batch, head int64, events []*Event) {
	n := len(events)
	ids, types, tags, data := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	causation, correlation := make([]string, n), make([]string, n)
	for i, e := range events {
		ids[i], types[i], tags[i], data[i] = e.ID, e.Type, arrayText(e.Tags), string(e.Data)
		causation[i], correlation[i] = e.CausationID, e.CorrelationID
	}
	batch.Queue(appendSQL, head, ids, types, tags, data, causation, correlation)
}
