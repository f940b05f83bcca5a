package dcb

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// An append is a request on its way into the log, and has an outcome in the end.

// A request is one append on its way into the log.
type request struct {
	since time.Time // it waits since then

	// Guarded by the committer's lock. A request is withdrawn or sent, and never both.
	withdrawn bool
	sent      bool
	adrift    bool // see setAdrift; it stays sent

	decided bool // by [Decide], so its events have new IDs
	traced  bool // a trace wants to know which events got in between
	// again decides again on the spot, or is nil. Without ok it comes to no answer.
	again func(meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool)

	ctx   context.Context // for its IDs and metadata
	asked []Event         // without their positions
	own   bool            // the caller gave every event its ID, and may repeat the append
	query Query
	known Checkpoint
	size  int // bytes, for the bound on a batch

	back    chan struct{} // gets a signal when it is not sent any more; has room for one
	calls   chan func()   // what the committer wants done on its caller's goroutine; has room for one
	outcome chan outcome  // gets the one outcome; has room for it

	// The committer's, and the caller's when the outcome is there.
	events    []Event // to be stored: what was asked, or
	replaced  bool    // what was decided again on the spot
	late      bool    // its caller took too long to decide again
	gone      bool    // its caller is not there any more
	ended     bool    // it has its outcome
	meanwhile []*Event
}

// An outcome is the result of an append.
type outcome struct {
	position int64 // of its last event
	replaced bool  // what was decided again on the spot counts
	late     bool  // see request
	err      error

	meanwhile []Event // what was decided again about, if the request is traced
}

// fill fills in the arguments of the append. They are copied, because the caller may change them.
func (r *request) fill(ctx context.Context, events []InputEvent, query Query, known Checkpoint) {
	r.ctx, r.query, r.known = ctx, query, known
	r.back, r.calls, r.outcome = make(chan struct{}, 1), make(chan func(), 1), make(chan outcome, 1)
	r.own = !r.decided
	r.asked = make([]Event, len(events))
	r.size = query.size()
	for i, e := range events {
		r.own = r.own && e.ID != ""
		r.asked[i] = e.stored(ctx)
		r.size += len(e.Type) + r.asked[i].size()
	}
}

// stored returns the event as it will be stored, without its position and its time.
func (e InputEvent) stored(ctx context.Context) Event {
	return Event{
		ID:   strings.ToLower(cmp.Or(e.ID, NewID())),
		Type: e.Type, Tags: append(Tags{}, e.Tags...), Data: slices.Clone(e.Data),
		CausationID: cmp.Or(e.CausationID, CausationID(ctx)), CorrelationID: CorrelationID(ctx), Metadata: Metadata(ctx),
	}
}

// toStore returns the parameters of append.sql for the accepted requests.
func toStore(verdicts []verdict, notify bool) []any {
	var (
		ids, types, tags, data []string
		causation, correlation []string
		metadata               []string
		rests                  []int16
		bytes                  []int32
	)
	for _, v := range verdicts {
		if !v.accepted {
			continue
		}
		for i, e := range v.request.events {
			ids, types, tags, data = append(ids, e.ID), append(types, e.Type), append(tags, arrayText(e.Tags)), append(data, string(e.Data))
			causation, correlation = append(causation, e.CausationID), append(correlation, e.CorrelationID)
			metadata = append(metadata, metadataText(e.Metadata))
			rests, bytes = append(rests, int16(len(v.request.events)-1-i)), append(bytes, int32(e.size()))
		}
	}
	return []any{ids, types, tags, data, causation, correlation, metadata, rests, bytes, notify}
}

// receiveStored reads the rows of append.sql into the accepted events, and reports whether there
// are any.
func receiveStored(results pgx.BatchResults, accepted []*Event) (stored bool, err error) {
	rows, _ := results.Query() // ForEachRow returns the error
	var (
		position int64
		at       time.Time
		n        int
	)
	_, err = pgx.ForEachRow(rows, []any{&position, &at}, func() error {
		accepted[n].Position, accepted[n].RecordedAt = position, at
		n++
		return nil
	})
	return n > 0, err
}

// replace replaces the events of the request by those that were decided on the spot. There may be
// none.
func (r *request) replace(events []InputEvent) {
	r.events, r.replaced = nil, true
	for _, e := range events {
		r.events = append(r.events, e.stored(r.ctx))
	}
}

// told adds to an outcome that the request was decided on the spot, and by which events.
func (r *request) told(o outcome) outcome {
	o.replaced = r.replaced
	if r.replaced && r.traced {
		o.meanwhile = copiesOf(r.meanwhile)
	}
	return o
}

// end gives the request its outcome.
func (r *request) end(o outcome) {
	r.ended = true
	r.outcome <- o
}

// receiveCommit reads what append.sql and the commit behind it return. notified says whether the
// append was to notify tails.
func receiveCommit(results pgx.BatchResults, accepted []*Event, notified bool) (stored bool, err error) {
	stored, err = receiveStored(results, accepted)
	if err == nil {
		_, err = results.Exec()
		err = noRoom(err, notified)
	}
	return stored, cmp.Or(err, results.Close())
}
