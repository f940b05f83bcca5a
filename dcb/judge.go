package dcb

import (
	"bytes"
	"slices"
	"strings"
)

// A verdict is what is to become of one request of a batch.
type verdict struct {
	request  *request
	accepted bool
	again    bool  // as it was decided on the spot
	position int64 // of its last event, if it is accepted and has any

	meanwhile []*Event // what got inside its boundary: in the log, and within the batch
}

// judge decides a batch in order, as if each request had come alone: found is what
// got inside the boundary of each in the log, whose last position is head, and an
// accepted request counts for those behind it. A request that can be decided again
// on the spot is. It returns the events that are to be stored right behind the
// head.
func judge(batch []*request, found [][]Event, head int64) (verdicts []verdict, accepted []*Event) {
	verdicts = make([]verdict, len(batch))
	for i, r := range batch {
		v := verdict{request: r}
		r.events, r.onTheSpot = r.asked, false // an earlier try may have decided again
		for _, e := range found[i] {
			v.meanwhile = append(v.meanwhile, &e)
		}
		for _, e := range accepted {
			if e.Position > r.after && r.query.Matches(*e) {
				v.meanwhile = append(v.meanwhile, e)
			}
		}
		complete := len(found[i]) < maxMeanwhile
		switch {
		case len(v.meanwhile) == 0:
			v.accepted = true
		case r.again != nil && complete:
			v.accepted, v.again = true, true
			r.decideAgain(v.meanwhile, head+int64(len(accepted)))
		}
		if v.accepted {
			for _, e := range r.events {
				e.Position = head + int64(len(accepted)) + 1
				accepted = append(accepted, &e)
				v.position = e.Position
			}
		}
		verdicts[i] = v
	}
	return verdicts, accepted
}

// decideAgain replaces the events of the request by what follows now, which may be
// nothing.
func (r *request) decideAgain(meanwhile []*Event, position int64) {
	r.events, r.onTheSpot = nil, true
	for _, e := range r.again(values(meanwhile), position) {
		r.events = append(r.events, e.stored(r.ctx))
	}
}

// outcomesOf tells the verdicts, once the batch is committed.
func outcomesOf(verdicts []verdict) []outcome {
	outcomes := make([]outcome, len(verdicts))
	for i, v := range verdicts {
		if v.accepted {
			outcomes[i] = outcome{position: v.position, again: v.again}
			continue
		}
		first := v.meanwhile[:min(len(v.meanwhile), maxConflictEvents)]
		outcomes[i].err = &ConflictError{Query: v.request.query, After: v.request.after, Events: values(first)}
	}
	return outcomes
}

func values(events []*Event) []Event {
	vs := make([]Event, len(events))
	for i, e := range events {
		vs[i] = *e
	}
	return vs
}

// storedAs returns the position of the request's last event, if its events are
// stored with the same content.
func (r *request) storedAs(stored map[string]Event) (int64, bool) {
	if len(r.events) == 0 {
		return 0, false // decided again, and refused
	}
	for _, e := range r.events {
		same, ok := stored[strings.ToLower(e.ID)]
		if !ok || same.Type != e.Type || !slices.Equal(same.Tags, e.Tags) || !bytes.Equal(same.Data, e.Data) {
			return 0, false
		}
	}
	return stored[strings.ToLower(r.events[len(r.events)-1].ID)].Position, true
}
