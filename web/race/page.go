package race

import (
	"encoding/json"
	"errors"
	"net/http"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type pageView struct {
	site.Layout
	ID       string
	Words    string // how many contend for how many seats
	Headline headline
	Brief    string // how many attempts and conflicts there were by now
	Form     settings
	Guest    *lab.GuestNote // whose model decided, or nil: the application's
	Running  bool
	Over     bool // the race is over at the moment that is shown, so its result may be told
	Result   resultView
	Scrub    scrub
	Courses  []courseLanes
	Ticks    []tick
	Playhead string // a path at the moment that is shown, or "" when all of the race is
	Lanes    lanePages
	Pin      site.PinView
}

// Show is the page of one race. While the race runs it shows how far it has got, and once it
// is over it can be stepped through.
func (p *Pages) Show(v *site.Visit) error {
	replay, running, err := p.find(v)
	switch {
	case errors.Is(err, lab.ErrNotFound):
		return p.notFound(v)
	case errors.Is(err, lab.ErrBrokeOff):
		return v.ShowAgain(brokeOff("race", wordsOf(replay.Summary), ui.Link{URL: "/race", Words: "Start another race"}))
	}
	if err != nil {
		return err
	}
	query := v.R.URL.Query()
	if query.Get("format") == "json" {
		return sendJSON(v.W, replay)
	}
	replay = named(replay)
	at := scrubOf(replay, query)
	if query.Get("at") == "now" {
		return v.Redirect(at.Hold())
	}
	return p.showRace(v, viewOf(replay, running, at))
}

// again reports whether the race can be run once more from here.
func (v pageView) again() bool { return v.Registrar && v.Guest == nil }

// showRace renders the page of a race.
func (p *Pages) showRace(v *site.Visit, view pageView) (err error) {
	if view.Layout, err = v.Page("Race of "+view.Words, site.SectionRace, nil); err != nil {
		return err
	}
	if view.Pin, err = p.pinView(v, view.Layout, view.ID, story.RaceURL(view.ID)); err != nil {
		return err
	}
	v.Did(&view.Layout, site.WatchedRace)
	switch next := view.Scrub.NextFrame(plain); {
	case next != "":
		view.Refresh, view.RefreshTo, view.Moving = 1, next, true
	case view.Running && !view.Scrub.Stepping:
		view.Refresh, view.Topics = 1, []site.Topic{site.RaceTopic(view.ID), site.LanesTopic(view.ID, view.Lanes.First)}
	}
	return v.Render(http.StatusOK, racePage(view))
}

// find returns the race that the address names, and whether it is still running, in this process
// or in another one.
func (p *Pages) find(v *site.Visit) (replay lab.Replay, running bool, err error) {
	id := v.ID("race")
	if run, found := p.theatre.Run(id); found {
		return run.Replay(), true, nil
	}
	replay, err = p.theatre.Replay(v.Context(), id)
	if !errors.Is(err, lab.ErrNotFound) {
		return replay, false, err
	}
	if replay, err = p.theatre.Elsewhere(v.Context(), id); !errors.Is(err, lab.ErrNotFound) {
		return replay, true, err
	}
	replay, err = p.theatre.Replay(v.Context(), id) // it may have ended between the two looks
	return replay, false, err
}

// brokeOff answers that the process that ran a race or a comparison was killed.
func brokeOff(run, words string, next ui.Link) error {
	return site.Problem{
		Status: http.StatusGone, Title: "The " + run + " broke off",
		Text: "The process that ran this " + run + " ended before the " + run + " was over, so it has no result: " + words + ".",
		Next: next,
	}
}

// viewOf is the view of a race at the moment that the scrub is at.
func viewOf(replay lab.Replay, running bool, at scrub) pageView {
	canvas := newCanvas(replay, at)
	at.Running = running
	view := pageView{
		ID: replay.ID, Words: wordsOf(replay.Summary), Form: settingsOf(replay.Race), Guest: replay.Guest, Running: running, Scrub: at,
		Headline: canvas.headline(), Brief: canvas.brief(), Ticks: canvas.ticks(),
	}
	if replay.Result != nil && at.AtEnd() {
		view.Over, view.Result, view.Headline = true, viewResult(*replay.Result), headlineOf(replay.Summary, len(replay.Contenders))
	}
	if running || at.Stepping {
		view.Playhead = canvas.playhead()
	}
	view.drawLanes(canvas)
	return view
}

// sendJSON sends the race as a file, with every step.
func sendJSON(w http.ResponseWriter, replay lab.Replay) error {
	body, err := json.MarshalIndent(replay, "", "\t")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="race-`+replay.ID+`.json"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(body, '\n')) // the visitor may be gone
	return nil
}

var whyRace = ui.Idea{
	Text: "Every lane is a decision of its own, and where one conflicts, another one's event got inside its boundary first. " +
		"Appends are judged one after the other, each against all that were accepted before it: that is why the last seat is given away once.",
	URL: story.SourceURL("dcb/judge.go", "judge"), Words: "How appends are judged",
}
