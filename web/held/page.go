package held

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go-crablet/readmodel"
	"go-crablet/receipt"
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
	Caption  string
	Strip    story.Strip
	Wanted   []story.EventWords
	Boundary story.BoundaryView
	Knew     story.Knowledge
	Before   string // how the attempts before it ended, or ""

	Source    story.Source
	HasSource bool
}

// A clock is how long a decision is still held.
type clock struct {
	Words string
	Share string // what is left of the whole time, for a bar
	Runs  string // how long the bar takes to run out, for its animation
}

// reloadAfter is after how many seconds a page without scripts is loaded again.
const reloadAfter = 2

// Show is the page of a decision that is held. When it is over, it leads to its receipt.
func (p *Pages) Show(v *site.Visit) error {
	d, found := p.keeper.Find(v.ID("held"))
	if !found {
		return p.notHere(v)
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
		if m, err = p.readMeanwhile(v.Context(), stage.Condition, record.Last().ReadTo); err != nil {
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
	}
	return view, nil
}

// fill fills in what is known of the last attempt, which is held or was held a moment ago.
func (v *pageView) fill(names readmodel.Names, record receipt.Receipt, m meanwhile) {
	last := record.Last()
	v.Decided = "Decided to " + story.Plan(names, last.Wanted)
	v.Caption = story.ReadSentence(last, v.Number > 1)
	v.Strip = stripOf(names, record.Attempts, m)
	v.Boundary = story.BoundaryOf(names, record, v.Number-1)
	v.Knew = story.KnowledgeOf(receipt.SinceStart(record.Attempts))
	for _, e := range last.Wanted {
		v.Wanted = append(v.Wanted, story.Words(names, e.Type, e.Data))
	}
	v.Source, v.HasSource = story.DomainSource.Decision(record.Command, last)
	if lost := v.Number - 1; lost > 0 {
		v.Before = fmt.Sprintf("Attempt %d met %s and was lost", lost, story.FoldAttempt(record, lost-1).Conflict)
		if lost > 1 {
			v.Before += ", as was every one before it"
		}
	}
	v.State, v.Inside, v.Outside = m.state(v.Open), m.inside(names, last.ReadTo), m.outside()
}

// stripOf draws the log as the attempt read it, what happened since, and what waits to
// be appended.
func stripOf(names readmodel.Names, attempts []receipt.Attempt, m meanwhile) story.Strip {
	current := attempts[len(attempts)-1]
	read := append([]receipt.Attempt{}, receipt.SinceStart(attempts)...)
	read[len(read)-1].Wanted = nil
	s := story.StripOf(names, read)
	s.Tiles[len(s.Tiles)-1].Kind = story.TileAfter
	for _, e := range m.Inside {
		s.Event(names, story.TileConflict, e)
	}
	s.OutsideUpTo(m.Head)
	s.Wanted(names, story.TileHeld, current.Wanted)
	return s
}

func clockOf(stage Stage, think time.Duration) clock {
	if !stage.Open {
		return clock{Words: "It is not held any more.", Share: "0%", Runs: "0.1s"}
	}
	whole, left := stage.Until.Sub(stage.Since), max(0, time.Until(stage.Until))
	t := clock{
		Words: "It goes on by itself in " + ui.Seconds(left) + ", at " + stage.Until.UTC().Format("15:04:05") + " UTC.",
		Share: "0%", Runs: fmt.Sprintf("%.1fs", max(left, time.Millisecond*100).Seconds()),
	}
	if think > 0 {
		t.Words = "It thinks for " + ui.Seconds(think) + ", and goes on by itself in " + ui.Seconds(left) + "."
	}
	if whole > 0 {
		t.Share = fmt.Sprintf("%.1f%%", 100*float64(left)/float64(whole))
	}
	return t
}

var whyHeld = ui.Idea{
	Text: "Between reading and appending time passes, and nothing is locked meanwhile: everybody else goes on. " +
		"Held open, that gap shows what the condition is for: what lands outside the boundary goes by, and what lands inside turns the append away.",
	URL: story.SourceURL("dcb/trace.go", "Trace"), Words: "The hooks that can hold a decision up",
}
