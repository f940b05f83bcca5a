package operator

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go-crablet/standing"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A Source tells how the database stands. Its functions may be called at the same time.
type Source struct {
	Look  func(context.Context) (standing.Report, error)
	Pulse func(context.Context) ([]standing.Moment, error)
}

// Pages are the pages for whoever runs the program.
type Pages struct {
	*site.Site
	source Source

	mu      sync.Mutex // of those that ask for the pulse, one asks the database
	pulse   []standing.Moment
	pulseAt time.Time
}

// New returns the pages that show what source tells.
func New(s *site.Site, source Source) *Pages { return &Pages{Site: s, source: source} }

type operatorView struct {
	site.Layout
	Report  standing.Report
	Verdict ui.Outcome
}

// Show is the page that says how everything stands. It is made anew each time.
func (p *Pages) Show(v *site.Visit) error {
	report, err := p.source.Look(v.Context())
	if err != nil {
		return err
	}
	view := operatorView{Report: report, Verdict: ui.Outcome{Colour: "seated", Icon: "i-check", Words: report.Verdict()}}
	if report.Unwell() > 0 {
		view.Verdict.Colour, view.Verdict.Icon = "refused", "i-failed"
	}
	if view.Layout, err = v.Page("Operator", "", nil); err != nil {
		return err
	}
	v.W.Header().Set("Cache-Control", "no-store")
	return v.Render(http.StatusOK, operatorPage(view))
}

// stateOf shows the state of a line.
func stateOf(line standing.Line) ui.Outcome {
	switch line.State {
	case standing.Well:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Normal"}
	case standing.Unwell:
		return ui.Outcome{Colour: "refused", Icon: "i-failed", Words: "Look here"}
	default:
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: "Not seen"}
	}
}

var whyOperator = ui.Idea{
	Text: "Any number of processes share one log, and one of them at a time keeps the pages up to date. " +
		"No process knows the others: all of them are seen in the database, which is the only thing that they share.",
	URL: story.SourceURL("dcb/follow.go", "Store.Follow"), Words: "How one of several processes works",
}
