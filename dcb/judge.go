package dcb

import "slices"

// A verdict says whether one request of a batch is accepted.
type verdict struct {
	request  *request
	accepted bool
	err      error // why it can't be judged, or nil

	meanwhile []*Event // events that got inside its boundary: in the log, then in the batch
}

// An asker lets the caller of a request decide again, with the events that got inside its
// boundary up to the head. If ok is false, the request is a conflict. See spot.go.
type asker func(r *request, meanwhile []*sharedEvent, head int64) (events []InputEvent, ok bool)

// judge decides each request of the batch in order, as if they had come one after the other. A
// request is rejected if found has events for it, which are in the log already, or if its query
// matches an event of a request that was accepted before it. With ask it may be decided again
// instead. A request fails if the log is not the one that its caller has read.
//
// judge returns the verdicts, and the events that are to be stored right after the head.
func judge(batch []*request, found found, ask asker) (verdicts []verdict, accepted []*Event) {
	verdicts = make([]verdict, len(batch))
	var shared []*sharedEvent // copies of what is accepted, for decisions on the spot
	head := found.head.Position
	for i, r := range batch {
		v := verdict{request: r}
		r.events, r.replaced = r.asked, false // an earlier try may have decided again
		seen := slices.Clone(found.events[i])
		for _, e := range seen {
			v.meanwhile = append(v.meanwhile, &e.Event)
		}
		for k, e := range accepted {
			if r.query.Matches(*e) {
				v.meanwhile, seen = append(v.meanwhile, e), append(seen, shared[k])
			}
		}
		v.err = r.known.differs(found.head, slices.Contains(found.unlike, r.known))
		switch {
		case v.err != nil:
		case len(v.meanwhile) == 0:
			v.accepted = !r.gone
		case ask != nil && isComplete(found.events[i]):
			if events, ok := ask(r, seen, head+int64(len(accepted))); ok {
				v.accepted = true
				r.replace(events)
			}
		}
		if v.accepted {
			for k := range r.events {
				r.events[k].Position = head + int64(len(accepted)) + 1
				accepted = append(accepted, &r.events[k])
				shared = append(shared, &sharedEvent{Event: r.events[k], unstored: true})
			}
		}
		r.meanwhile = v.meanwhile
		verdicts[i] = v
	}
	return verdicts, accepted
}

// isComplete reports whether the check has found all events that got inside a boundary, with
// their content: it stops at maxMeanwhile events, and leaves out content that is too large.
func isComplete(found []*sharedEvent) bool {
	return len(found) < maxMeanwhile && !slices.ContainsFunc(found, (*sharedEvent).isCut)
}

// outcome returns the outcome of the request, once the batch is committed.
func (v verdict) outcome() outcome {
	switch {
	case v.err != nil:
		return outcome{err: v.err}
	case !v.accepted:
		first := v.meanwhile[:min(len(v.meanwhile), maxConflictEvents)]
		return outcome{late: v.request.late, err: &ConflictError{
			Query: v.request.query, After: v.request.known.Position, Events: copiesOf(first),
		}}
	}
	var last int64
	if n := len(v.request.events); n > 0 {
		last = v.request.events[n-1].Position
	}
	return v.request.told(outcome{position: last})
}

func outcomesOf(verdicts []verdict) []outcome {
	outcomes := make([]outcome, len(verdicts))
	for i, v := range verdicts {
		outcomes[i] = v.outcome()
	}
	return outcomes
}

// copiesOf returns events for a caller to keep. Requests of one batch share them.
func copiesOf(events []*Event) []Event {
	copies := make([]Event, len(events))
	for i, e := range events {
		copies[i] = e.own()
	}
	return copies
}
