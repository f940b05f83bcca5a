package held

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type heldView struct {
	site.Layout
	ID   string
	Mine bool
	Open bool // it is held now
	Stop string

	Number   int // of the attempt
	State    ui.Outcome
	Decided  string // what it decided to do
	Inside   string // what got inside the boundary meanwhile
	Outside  string // what did not, or ""
	Time     heldTime
	Caption  string
	Strip    story.Strip
	Wanted   []story.EventWords
	Boundary story.BoundaryView
	Knew     story.Knowledge
	Before   string // how the attempts before it ended, or ""

	Source    story.Source
	HasSource bool
}

// A heldTime is how long a decision is still held.
type heldTime struct {
	Words string
	Share string // what is left of the whole time, for a bar
	Runs  string // how long that takes to run out
}

// heldPause is how often a page without scripts is loaded again.
const heldPause = 2

func (p *Pages) viewHeld(v *site.Visit, h *Held, stage Stage) (heldView, error) {
	view := heldView{
		ID: h.ID, Mine: p.holds(v, h),
		Open: stage.Open, Stop: strconv.Itoa(stage.Stop), Number: len(stage.SoFar.Attempts),
	}
	var names readmodel.Names
	var m interim
	record := stage.SoFar
	if view.Number > 0 {
		var err error
		if m, err = p.interim(v.Context(), stage.Condition, record.Last().ReadTo); err != nil {
			return view, err
		}
	}
	var err error
	view.Layout, err = v.Page(h.Title, site.SectionDecisions, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Names(&names, append(story.TagsIn(record), story.TagsOfAll(m.Inside)...))
	})
	if err != nil {
		return view, err
	}
	view.Path, view.Refresh = story.HeldURL(h.ID), heldPause
	view.Topics = []site.Topic{site.HeldTopic(h.ID), site.TopicLog} // what lies outside the boundary is counted, too
	if view.Number > 0 {
		view.fill(names, record, m)
		view.Time = heldTimeOf(stage, h.Think)
	}
	return view, nil
}

// fill in what is known of the attempt that is held, or was a moment ago.
func (v *heldView) fill(names readmodel.Names, record receipt.Receipt, m interim) {
	last := record.Last()
	v.Decided = "Decided to " + story.Plan(names, last.Wanted[0])
	v.Caption = story.ReadSentence(last, v.Number > 1)
	v.Strip = heldStrip(names, record.Attempts, m)
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

// An interim is what was appended since a decision read the log.
type interim struct {
	Inside []receipt.Event // the first, at most as many as a receipt keeps of a conflict
	More   bool            // there may be more
	Events int             // in all
	Head   int64           // the position of the last
	Lost   bool            // the log ends before what the decision read: it lost its end
}

// interim asks the log, of which pages may be behind, as of one moment.
func (p *Pages) interim(ctx context.Context, condition dcb.Query, after int64) (interim, error) {
	head, err := p.Head(ctx)
	m := interim{Head: head, Events: int(max(0, head-after)), Lost: head < after}
	if err != nil || m.Events == 0 {
		return m, err
	}
	for e, err := range p.Log.Read(ctx, condition, dcb.ReadOptions{After: after, Before: head + 1, Limit: story.MostConflicting}) {
		if err != nil {
			return m, err
		}
		m.Inside = append(m.Inside, receipt.Event{Position: e.Position, ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data})
	}
	m.More = len(m.Inside) == story.MostConflicting
	return m, nil
}

func (m interim) state(open bool) ui.Outcome {
	switch {
	case !open:
		return ui.Outcome{Colour: "outside", Icon: "i-wait", Words: "Going on"}
	case m.Lost:
		return ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Held, and will start over"}
	case len(m.Inside) > 0:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Held, and will conflict with " + story.Positions(m.Inside)}
	default:
		return ui.Outcome{Colour: "you", Icon: "i-hold", Words: "Held before its append"}
	}
}

// inside says what the append will meet.
func (m interim) inside(names readmodel.Names, after int64) string {
	if m.Lost {
		return fmt.Sprintf("The log lost its end: it ends at %d, and this decision had read it up to %d. If it goes on now it starts over: it reads the log again, and decides again.", m.Head, after)
	}
	if len(m.Inside) == 0 {
		return "Nothing got inside the boundary yet. If it goes on now, it is appended."
	}
	first := m.Inside[0]
	text := fmt.Sprintf("%s at %d", story.Words(names, first.Type, first.Data).Sentence, first.Position)
	switch n := len(m.Inside); {
	case m.More:
		text += fmt.Sprintf(", the first of at least %d events that got inside the boundary after %d", n, after)
	case n > 1:
		text += fmt.Sprintf(", the first of %d events that got inside the boundary after %d", n, after)
	default:
		text += fmt.Sprintf(": inside the boundary, and after %d", after)
	}
	return text + ". This append will be turned away, and the next attempt decides again."
}

// outside counts what does not matter to the decision, or is "".
func (m interim) outside() string {
	n := m.Events - len(m.Inside)
	if n == 0 || m.More {
		return ""
	}
	return fmt.Sprintf("%d %s appended outside it meanwhile, and %s not matter.", n, ui.Plural(n, "event was", "events were"), ui.Plural(n, "does", "do"))
}

// heldStrip draws the log as the attempt read it, what happened since, and what waits to
// be appended.
func heldStrip(names readmodel.Names, attempts []receipt.Attempt, m interim) story.Strip {
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

func heldTimeOf(stage Stage, think time.Duration) heldTime {
	if !stage.Open {
		return heldTime{Words: "It is not held any more.", Share: "0%", Runs: "0.1s"}
	}
	whole, left := stage.Until.Sub(stage.Since), max(0, time.Until(stage.Until))
	t := heldTime{
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

type heldOverView struct {
	site.Layout
	Text, Back string
}

// viewHeldOver says how a decision ended that has no receipt.
func viewHeldOver(l site.Layout, h *Held, stage Stage) heldOverView {
	view := heldOverView{Layout: l, Back: h.Page}
	switch err := stage.Err; {
	case errors.Is(err, ErrCancelled):
		view.Text = "Never mind: it was cancelled between its decision and its append. Nothing was appended, so there is no receipt."
	case errors.Is(err, ErrStopped):
		view.Text = "The program was stopped while this decision was held. Nothing was appended, so there is no receipt."
	case err == nil && stage.RepeatOf > 0:
		view.Text = "The same form was carried out before, so nothing was appended now. The receipt could not be kept."
	case err == nil:
		view.Text = "It was carried out, and its receipt could not be kept."
	case errors.Is(err, dcb.ErrOtherHistory):
		view.Text = "The log lost its end: it ends before a position that this decision had read. Nothing was appended; ask again, and it is decided from the log as it is now."
	default:
		view.Text = "It broke off, and there is no receipt. Look first whether it went through, before you try again."
	}
	return view
}
