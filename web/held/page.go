package held

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/rival"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type pageView struct {
	site.Layout
	ID   string
	Mine bool   // the visitor holds it
	Open bool   // it is held now
	Stop string // the number of times it was held

	Number   int // of the attempt
	State    ui.Outcome
	Decided  string // what it decided to do
	Inside   string // what got inside the boundary meanwhile
	Outside  string // what did not, or ""
	Time     clock
	MayStay  bool // the visitor may hold it without a bound
	Caption  string
	Axis     story.Axis
	Wanted   []story.EventWords
	Boundary story.BoundaryView
	Knew     story.Knowledge
	Before   string // that the attempt before it met another log, or ""

	Source    story.Source
	HasSource bool

	Rivals rival.View // who can be let in before it; without an address on the page of a watcher
}

// A clock is how long a decision is still held.
type clock struct {
	Words   string // or "" while the seconds are counted
	Thinks  string // how long it thinks, if it does
	Seconds string
	Share   string // what is left of the whole time, for a bar

	Left, Whole string // in seconds, for the script that counts them
	Until       string // names the end: another one after a prolongation, or at the next attempt
}

// reloadAfter is after how many seconds a page without scripts is loaded again.
const reloadAfter = 2

// Show is the page of a decision that is held. When it is over, it leads to its receipt.
func (p *Pages) Show(v *site.Visit) error {
	d, err := p.find(v)
	if err != nil {
		return v.ShowAgain(err)
	}
	stage := d.Stage()
	if stage.Over {
		return p.showOver(v, d, stage)
	}
	view, err := p.viewOf(v, d, stage)
	if err != nil {
		return err
	}
	if view.Number == 0 {
		v.W.Header().Set("Refresh", "1") // it has not decided yet, so there is nothing to look at
	}
	if err := p.rivalsOf(v, &view, stage); err != nil {
		return err
	}
	return v.Render(http.StatusOK, page(view))
}

// viewOf is the page of a decision at a stage of it.
func (p *Pages) viewOf(v *site.Visit, d *Decision, stage Stage) (pageView, error) {
	view := pageView{
		ID: d.ID, Mine: p.holds(v, d),
		Open: stage.Open, Stop: strconv.Itoa(stage.Stop), Number: len(stage.SoFar.Attempts),
	}
	var names readmodel.Names
	var m meanwhile
	record := stage.SoFar
	if view.Number > 0 {
		var err error
		if m, err = p.readMeanwhile(v.Context(), stage.Condition, stage.Known); err != nil {
			return view, err
		}
	}
	var err error
	view.Layout, err = v.Page(d.Title, site.SectionDecisions, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Names(&names, append(story.TagsIn(record), story.TagsOfAll(m.Inside)...))
	})
	if err != nil {
		return view, err
	}
	view.Path, view.Refresh = story.HeldURL(d.ID), reloadAfter
	view.Topics = []site.Topic{site.HeldTopic(d.ID), site.TopicLog} // any event changes the page: it counts those outside the boundary, too
	if view.Number > 0 {
		view.fill(names, record, m)
		view.Time = clockOf(stage, d.Think)
		view.MayStay = d.Here && !stage.Endless
	}
	return view, nil
}

// fill fills in what is known of the last attempt, which is held or was held a moment ago.
func (v *pageView) fill(names readmodel.Names, record receipt.Receipt, m meanwhile) {
	last := record.Last()
	v.Decided = "Decided to " + story.Plan(names, last.Wanted)
	v.Caption = story.ReadSentence(last, v.Number > 1)
	v.Axis = story.AxisOfHeld(names, record, m.Inside, m.seenTo(last.ReadTo))
	v.Boundary = story.BoundaryOf(names, record, v.Number-1)
	v.Knew = story.KnowledgeOf(receipt.SinceStart(record.Attempts))
	for _, e := range last.Wanted {
		v.Wanted = append(v.Wanted, story.Words(names, e.Type, e.Data))
	}
	v.Source, v.HasSource = story.DomainSource.Decision(record.Command, last)
	if lost := v.Number - 1; lost > 0 && record.Attempts[lost-1].StartedOver != nil {
		v.Before = fmt.Sprintf("Attempt %d met another log and was lost.", lost)
	}
	v.State, v.Inside, v.Outside = m.state(v.Open), m.inside(names, last.ReadTo), m.outside()
}

func clockOf(stage Stage, think time.Duration) clock {
	switch {
	case !stage.Open:
		return clock{Words: "It is not held any more."}
	case stage.Endless:
		return clock{Words: "It is held until you let it go on."}
	}
	whole, left := stage.Until.Sub(stage.Since), max(0, time.Until(stage.Until))
	c := clock{
		Seconds: ui.Seconds(left), Share: "0%",
		Left: fmt.Sprintf("%.1f", left.Seconds()), Whole: fmt.Sprintf("%.1f", whole.Seconds()), Until: stage.Until.Format(time.RFC3339Nano),
	}
	if think > 0 {
		c.Thinks = ui.Seconds(whole)
	}
	if whole > 0 {
		c.Share = fmt.Sprintf("%.1f%%", 100*float64(left)/float64(whole))
	}
	return c
}

var whyHeld = ui.Idea{
	Text: "Between reading and appending time passes, and nothing is locked meanwhile: everybody else goes on. " +
		"Held open, that gap shows what the condition is for: what lands outside the boundary goes by, and what lands inside turns the append away.",
	URL: story.SourceURL("dcb/trace.go", "Trace"), Words: "The hooks that can hold a decision up",
}
