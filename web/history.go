package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// A history is the events that carry one tag: exactly what the log says about a
// course or a student.
type history struct {
	Tag    string
	Events []historyEvent // the latest first
	Pager  pager
}

type historyEvent struct {
	Position int64
	Words    eventWords
	Because  cause       // the zero cause when it followed from no other event
	Request  requestView // the zero request when it belongs to none
	At       time.Time
}

// Anchor is the id of the event's line.
func (e historyEvent) Anchor() string { return anchor(e.Position) }

// history reads a page of the events that carry a tag, of those up to a position:
// what stands beside it on the page is as of then. The page is asked for in the
// address; without that it is the latest.
func (s *server) history(r *http.Request, path string, tag dcb.Tag, upTo int64) (history, error) {
	all := list{name: "history", label: "History", path: path}
	at, err := all.at(r)
	if err != nil {
		return history{}, err
	}
	latest := at == readmodel.Cursor{}
	if latest {
		at.Before = upTo + 1
	}
	events, err := s.tagged(r.Context(), tag, at, upTo)
	if err != nil {
		return history{}, err
	}
	page := readmodel.PageOf(events, at, eventsPerPage, func(e dcb.Event) int64 { return e.Position })
	causes, err := s.causesOf(r.Context(), page.Rows)
	if err != nil {
		return history{}, err
	}
	requests, err := s.requestsOf(r.Context(), page.Rows)
	if err != nil {
		return history{}, err
	}
	names, err := s.names(r.Context(), tagsOf(slices.AppendSeq(slices.Clip(page.Rows), maps.Values(causes)))...)
	if err != nil {
		return history{}, err
	}
	h := history{Tag: string(tag)}
	for _, e := range slices.Backward(page.Rows) {
		line := historyEvent{Position: e.Position, Words: words(names, e.Type, e.Data), Request: requests[e.CorrelationID], At: e.RecordedAt}
		if earlier, found := causes[e.CausationID]; found {
			line.Because = causeOf(names, earlier, page.Rows)
		}
		h.Events = append(h.Events, line)
	}
	// The latest come first, so what is next on the page was earlier in the log.
	h.Pager = all.pager(at, page.Next, page.Previous)
	h.Pager.Back, h.Pager.On = "Later", "Earlier"
	if latest {
		h.Pager.Previous = ""
	}
	return h, nil
}

// tagged reads the events of one page in their order, and the one beyond it if there
// is one.
func (s *server) tagged(ctx context.Context, tag dcb.Tag, at readmodel.Cursor, upTo int64) ([]dcb.Event, error) {
	options := dcb.ReadOptions{Limit: eventsPerPage + 1, After: at.After, UpTo: upTo}
	if at.Before > 0 {
		options.UpTo, options.Backwards = min(upTo, at.Before-1), true
	}
	if options.UpTo <= 0 { // to the store this is no bound at all
		return nil, nil
	}
	var events []dcb.Event
	for e, err := range s.Log.Read(ctx, dcb.NewQuery(dcb.Tags{tag}), options) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	if options.Backwards {
		slices.Reverse(events)
	}
	return events, nil
}

func tagsOf(events []dcb.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}
