package log

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type eventView struct {
	site.Layout
	At       int64 // the position of the event
	ID       string
	Words    story.EventWords
	Type     string
	TypeURL  string // the address of all events of this type
	Tags     []tagChip
	About    []ui.Link // the pages of what the tags name
	Data     string
	Sealed   bool // a name in the data is sealed in the log
	Cut      int  // how many bytes of the data are not shown
	Recorded time.Time

	By          story.ActorView
	Correlation string // in full, or ""
	Receipt     string // its address, or ""
	Causation   string // the ID of the cause, if no event has that ID
	Cause       []eventLine
	Effects     []eventLine
	Away        []turnedAway // whom the event turned away; a page of the past does not say
	Around      []eventLine  // the neighbours and the event itself, in the order of the log
}

// An eventLine is an event that the page of another event mentions.
type eventLine struct {
	Position int64
	Words    story.EventWords
	This     bool // the one that the page is about
}

// URL is the address of the event's page.
func (l eventLine) URL() string { return story.EventURL(l.Position) }

// around is how many neighbours of an event are shown on either side.
const around = 3

// Event is the page of one event. Its position in the log is its address.
func (p *Pages) Event(v *site.Visit) error {
	view := eventView{}
	var err error
	if view.Layout, err = v.PageAsOf("Event", site.SectionLog, nil); err != nil {
		return err
	}
	view.Position, view.Lag = view.Position+view.Lag, 0
	position, err := site.PositionOf(v.ID("position"))
	if err == nil && position > view.Position {
		err = site.ErrBeyond(view.Position)
		if view.Past() {
			err = fmt.Errorf("as of position %d, the event at %d had not happened yet", view.Position, position)
		}
	}
	if err != nil {
		return site.Problem{
			Status: http.StatusNotFound, Title: "Not found", Text: ui.Sentence(err.Error()),
			Next: ui.Link{URL: "/log", Words: "To the log"},
		}
	}
	near, err := p.eventsAt(v.Context(), dcb.AllEvents(), readmodel.Cursor{After: max(0, position-1-around)}, min(view.Position, position+around), 1+2*around)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(near, func(e dcb.Event) bool { return e.Position == position })
	if err := p.fillEvent(v, &view, near[i], near); err != nil {
		return err
	}
	return v.Render(http.StatusOK, view.InMoment(eventPage(view)))
}

// fillStored fills in what is stored of an event.
func (p *Pages) fillStored(v *site.Visit, view *eventView, e dcb.Event) error {
	view.At, view.ID, view.Type, view.Recorded = e.Position, e.ID, e.Type, e.RecordedAt.UTC()
	view.TypeURL = "/log?" + filter{types: []string{e.Type}}.address().Encode()
	view.Tags = chipsOf(e.Tags)
	data, err := p.OpenNames(v.Context(), e.Data, story.InJSON)
	if err != nil {
		return err
	}
	view.Data, view.Cut = pretty(data)
	view.Sealed = !bytes.Equal(data, e.Data)
	view.Correlation = e.CorrelationID
	return nil
}

// fillEvent fills in an event, its neighbours, its cause and its effects.
func (p *Pages) fillEvent(v *site.Visit, view *eventView, e dcb.Event, near []dcb.Event) error {
	if err := p.fillStored(v, view, e); err != nil {
		return err
	}
	causes, err := p.causesOf(v.Context(), []dcb.Event{e})
	if err != nil {
		return err
	}
	effects, err := p.effectsOf(v.Context(), e, view.Position)
	if err != nil {
		return err
	}
	requests, err := p.RequestsOf(v.Context(), []dcb.Event{e})
	if err != nil {
		return err
	}
	shown := slices.Concat([]dcb.Event{e}, near, effects)
	cause, caused := causes[e.CausationID]
	if caused {
		shown = append(shown, cause)
	} else {
		view.Causation = e.CausationID
	}
	over, err := p.NamesOver(v.Context(), view.Layout, shown)
	if err != nil {
		return err
	}
	view.Receipt = requests[e.ID].URL()
	if !view.Past() {
		if view.Away, err = p.turnedAwayBy(v.Context(), e, requests[e.ID].Receipt); err != nil {
			return err
		}
	}
	names := over.At(e.Position)
	view.By = story.ViewActor(names, courses.ActorIn(e.Metadata))
	view.Words = story.Words(names, e.Type, e.Data)
	view.Title = fmt.Sprintf("%d: %s", e.Position, view.Words.Sentence)
	view.About = pagesOf(over.Now, e.Tags)
	if caused {
		view.Cause = eventLines(over, e.Position, cause)
	}
	view.Effects = eventLines(over, e.Position, effects...)
	view.Around = eventLines(over, e.Position, near...)
	return nil
}

func eventLines(over readmodel.NamesOver, this int64, events ...dcb.Event) []eventLine {
	lines := make([]eventLine, len(events))
	for i, e := range events {
		lines[i] = eventLine{e.Position, story.Words(over.At(e.Position), e.Type, e.Data), e.Position == this}
	}
	return lines
}

// Then is the address of a page as of the moment after the event.
func (v eventView) Then(address string) string { return site.AsOfURL(address, v.At) }

// Previous is the address of the event before, or "".
func (v eventView) Previous() string {
	if v.At == 1 {
		return ""
	}
	return story.EventURL(v.At - 1)
}

// Next is the address of the event after it, or "".
func (v eventView) Next() string {
	if v.At == v.Position {
		return ""
	}
	return story.EventURL(v.At + 1)
}

// pagesOf returns the pages of the courses and students that the tags name.
func pagesOf(names readmodel.Names, tags dcb.Tags) []ui.Link {
	var pages []ui.Link
	for id := range names.Courses {
		if slices.Contains(tags, id.Tag()) {
			pages = append(pages, ui.Link{URL: story.CourseURL(id), Words: names.Course(id)})
		}
	}
	for id := range names.Students {
		if slices.Contains(tags, id.Tag()) {
			pages = append(pages, ui.Link{URL: story.StudentURL(id), Words: names.Student(id)})
		}
	}
	slices.SortFunc(pages, func(a, b ui.Link) int { return cmp.Compare(a.URL, b.URL) })
	return pages
}

var whyEvent = ui.Idea{
	Text: "An event carries a type, and the tags of all that it is about: whether it lies inside a boundary follows from these two. " +
		"It belongs to no stream, so a decision that nobody thought of yesterday can ask for it tomorrow.",
	URL: story.SourceURL("dcb/event.go", "Event"), Words: "What an event carries",
}
