package dcb

import (
	"bytes"
	"slices"
	"strings"
)

// A verdict is what is to become of one request of a batch.
type verdict struct {
	request  *request
	position int64    // of its last event, if it is accepted
	stored   []Event  // what got inside its boundary before the batch
	ahead    []*Event // and within the batch, by requests ahead of it
}

// judge decides a batch in order, as if each request had come alone: found is what
// got inside the boundary of each in the log, whose last position is head, and an
// accepted request counts for those behind it. It returns the events that are
// to be stored right behind the head.
func judge(batch []*request, found [][]Event, head int64) (verdicts []verdict, accepted []*Event) {
	verdicts = make([]verdict, len(batch))
	for i, r := range batch {
		v := verdict{request: r, stored: found[i]}
		for _, e := range accepted {
			if e.Position > r.after && r.query.Matches(*e) {
				v.ahead = append(v.ahead, e)
			}
		}
		if len(v.stored)+len(v.ahead) == 0 {
			for _, e := range r.events {
				e.Position = head + int64(len(accepted)) + 1
				accepted = append(accepted, &e)
			}
			v.position = head + int64(len(accepted))
		}
		verdicts[i] = v
	}
	return verdicts, accepted
}

// outcomesOf tells the verdicts, once the batch is committed.
func outcomesOf(verdicts []verdict) []outcome {
	outcomes := make([]outcome, len(verdicts))
	for i, v := range verdicts {
		if v.position > 0 {
			outcomes[i].position = v.position
			continue
		}
		between := slices.Clone(v.stored)
		for _, e := range v.ahead[:min(len(v.ahead), maxConflictEvents-len(between))] {
			between = append(between, *e)
		}
		outcomes[i].err = &ConflictError{Query: v.request.query, After: v.request.after, Events: between}
	}
	return outcomes
}

// storedAs returns the position of the request's last event, if its events are
// stored with the same content.
func (r *request) storedAs(stored map[string]Event) (int64, bool) {
	for _, e := range r.events {
		same, ok := stored[strings.ToLower(e.ID)]
		if !ok || same.Type != e.Type || !slices.Equal(same.Tags, e.Tags) || !bytes.Equal(same.Data, e.Data) {
			return 0, false
		}
	}
	return stored[strings.ToLower(r.events[len(r.events)-1].ID)].Position, true
}
