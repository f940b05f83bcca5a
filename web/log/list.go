package log

import (
	"net/http"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type listView struct {
	site.Layout
	Filter filter
	Find   ui.Field // a position or an ID
	Lines  []line
	Pager  ui.Pager
}

// A line is one event of the log.
type line struct {
	Position int64
	Words    story.EventWords
	Type     string
	Tags     []tagChip
	Request  []tagChip       // the tags by which a request is recognised that comes again
	SetUp    []line          // the events that made the courses and students of a race: this line stands for them
	By       story.ActorView // see [story.ActorOf]
	At       time.Time

	race string // the id of the race that the event sets up, or ""
}

// URL is the address of the event's page.
func (l line) URL() string { return story.EventURL(l.Position) }

// Anchor is the id of the line.
func (l line) Anchor() string { return story.Anchor(l.Position) }

// All is the page of all events, the latest first, one page of them at a time. With the
// parameter find it leads to one event instead.
func (p *Pages) All(v *site.Visit) error {
	if err := v.Once("find", "log"); err != nil {
		return err
	}
	if find := v.Search(); find != "" {
		return p.findEvent(v, find)
	}
	return p.showList(v, http.StatusOK, ui.Field{})
}

// showList renders the list. The field find may tell why an event was not found.
func (p *Pages) showList(v *site.Visit, status int, find ui.Field) error {
	view := listView{Find: find}
	var err error
	if view.Filter, err = filterOf(v); err != nil {
		return err
	}
	if view.Layout, err = v.PageAsOf("Log", site.SectionLog, nil); err != nil {
		return err
	}
	// The page shows the log itself, so it does not lag behind like the tables made of it.
	view.Position, view.Lag = view.Position+view.Lag, 0
	if view.Filter.wrong {
		return v.Render(http.StatusUnprocessableEntity, view.InMoment(listPage(view)))
	}
	all := site.List{Name: "log", Label: "Events", Path: "/log", With: view.Filter.address()}
	events, pager, err := p.latestFirst(v, all, view.Filter.query(), view.Position, site.LinesPerPage)
	if err != nil {
		return err
	}
	over, err := p.NamesOver(v.Context(), view.Layout, events)
	if err != nil {
		return err
	}
	view.Lines = foldSetUps(linesOf(over, events))
	view.Pager = pager
	if pager.Previous == "" {
		view.Topics = view.Filter.topics()
	}
	return v.Render(status, view.InMoment(listPage(view)))
}

// linesOf puts events into words, the latest first.
func linesOf(over readmodel.NamesOver, events []dcb.Event) []line {
	var lines []line
	for _, e := range slices.Backward(events) {
		names := over.At(e.Position)
		lines = append(lines, line{
			Position: e.Position, Words: story.Words(names, e.Type, e.Data), Type: e.Type,
			Tags: chipsOf(subjectsOf(e.Tags)), Request: chipsOf(requestTagsOf(e.Tags)),
			By: story.ActorOf(names, e), At: e.RecordedAt.UTC(), race: setsUpRace(e),
		})
	}
	return lines
}

var whyLog = ui.Idea{
	Text: "Every decision reads this log, and every other page is built from it. " +
		"Positions have no gaps, and no event appears before a later one, so “nothing new after 185” means the same to everybody.",
	URL: story.SourceURL("dcb/read.go", "Store.Read"), Words: "What reading the log promises",
}
