package stage

import (
	"context"
	"errors"
	"net/http"

	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab/stage"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// Pages are the pages of the stage.
type Pages struct{ *site.Site }

// New returns the pages of the stage.
func New(s *site.Site) *Pages { return &Pages{s} }

// A pageView is the stage after some steps.
type pageView struct {
	site.Layout
	Heading  string
	Presets  []choice
	Says     says
	Actors   [2]actorView
	Board    boardView
	Next     nextView
	Back     string // the address before the last step, or ""
	Forward  string // the address after the step that lies ahead, or ""
	Keys     int    // how many keys take a step
	Told     []turnView
	Switches []switchView
}

// Show plays the steps that the address names, and shows what happened.
func (p *Pages) Show(v *site.Visit) error {
	a, err := addressOf(v)
	if err != nil {
		return err
	}
	if like, err := stepsOf(v, likeKey); err != nil || len(like) > 0 {
		return p.leadOn(v, a, like, err)
	}
	whole, err := play(v.Context(), a)
	if impossible, ok := errors.AsType[*stage.ImpossibleError](err); ok {
		return badStep(impossible)
	}
	if err != nil {
		return err
	}
	record := whole.Upto(a.At)
	said := saysOf(record)
	layout, err := v.Page(said.Text(), site.SectionStage, nil)
	if err != nil {
		return err
	}
	layout.Sheet = "moves.css" // in the head: a page that is shown before it has the sheet can't move
	return v.Render(http.StatusOK, stagePage(viewOf(layout, a, whole, record, said)))
}

// leadOn leads to the steps of another setting, as far as they can be taken in this one.
func (p *Pages) leadOn(v *site.Visit, a address, steps []stage.Step, err error) error {
	if err != nil {
		return err
	}
	record, err := play(v.Context(), address{Setting: a.Setting, Steps: steps})
	if _, impossible := errors.AsType[*stage.ImpossibleError](err); err != nil && !impossible {
		return err
	}
	return v.Redirect(startOf(a.Setting).after(record.Steps()...).URL())
}

// play plays all steps of an address on a log that nobody else has.
func play(ctx context.Context, a address) (stage.Record, error) {
	return stage.Play(ctx, new(dcbmemory.Log), a.Setting, a.Steps)
}

func viewOf(layout site.Layout, a address, whole, record stage.Record, said says) pageView {
	view := pageView{
		Layout: layout, Heading: headings[a.Beside], Says: said,
		Presets: presetsOf(a), Switches: switchesOf(a), Keys: 2 * len(a.Acts()),
		Board: boardOf(record), Next: nextOf(a, record), Told: toldOf(a, whole),
		Actors: [2]actorView{actorOf(a, record, stage.A), actorOf(a, record, stage.B)},
	}
	if a.At > 0 {
		view.Back = a.at(a.At - 1).URL()
	}
	if a.At < len(a.Steps) {
		view.Forward = a.at(a.At + 1).URL()
	}
	return view
}

var whyStage = ui.Idea{
	Text: "Both decisions are the real command, taken by the same code as on every other page, and each waits for its turn before every step. " +
		"They share a log of their own in memory, which is thrown away when the page is made: nothing of it is in the log of the courses.",
	URL: story.SourceURL("dcb/dcbmemory/log.go", "Log.AppendAfter"), Words: "The append of that log",
}
