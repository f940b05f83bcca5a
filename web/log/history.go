package log

import (
	"maps"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A History is the events with one tag: exactly what the log says about a course or a
// student.
type History struct {
	Tag    string
	Events []historyEvent // the latest first
	Pager  ui.Pager
}

type historyEvent struct {
	Position int64
	Words    story.EventWords
	By       story.ActorView   // see [story.ActorOf]
	Because  cause             // the zero cause if no other event caused it
	Request  story.RequestView // the zero request if it belongs to none
	At       time.Time
}

// Anchor is the id of the event's line.
func (e historyEvent) Anchor() string { return story.Anchor(e.Position) }

// History reads one page of the events with a tag, up to the position that the layout is as
// of. The address says which page; if it does not, it is the page of the latest events. path
// is the page that shows the history, for the links to its other pages.
func (p *Pages) History(v *site.Visit, l site.Layout, path string, tag dcb.Tag) (History, error) {
	h := History{Tag: string(tag)}
	all := site.List{Name: "history", Label: "History", Path: path}
	var events []dcb.Event
	var err error
	if events, h.Pager, err = p.latestFirst(v, all, dcb.NewQuery(dcb.Tags{tag}), l.Position, site.EventsPerPage); err != nil {
		return History{}, err
	}
	causes, err := p.causesOf(v.Context(), events)
	if err != nil {
		return History{}, err
	}
	requests, err := p.RequestsOf(v.Context(), events)
	if err != nil {
		return History{}, err
	}
	over, err := p.NamesOver(v.Context(), l, slices.AppendSeq(slices.Clip(events), maps.Values(causes)))
	if err != nil {
		return History{}, err
	}
	for _, e := range slices.Backward(events) {
		names := over.At(e.Position)
		line := historyEvent{Position: e.Position, Words: story.Words(names, e.Type, e.Data), By: story.ActorOf(names, e), Request: requests[e.ID], At: e.RecordedAt}
		if earlier, found := causes[e.CausationID]; found {
			line.Because = causeOf(over, earlier, events)
		}
		h.Events = append(h.Events, line)
	}
	return h, nil
}
