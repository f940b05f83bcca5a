package race

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type pageView struct {
	site.Layout
	ID, Words string
	Form      settings
	Running   bool
	Result    resultView
	SoFar     string // how far it has got, while it runs
	Scrub     scrub
	Courses   []courseLanes
	Ticks     []tick
	Playhead  string // a path at the step that is shown, or "" when all are
	Lanes     lanePages
	HasSpots  bool // some attempts were decided on the spot
	Pin       site.PinView
}

// Show is the page of one race. While the race runs it shows how far it has got, and once it
// is over it can be stepped through.
func (p *Pages) Show(v *site.Visit) error {
	replay, running, err := p.find(v)
	if errors.Is(err, lab.ErrNotFound) {
		return p.notFound(v)
	}
	if err != nil {
		return err
	}
	if v.R.URL.Query().Get("format") == "json" {
		return sendJSON(v.W, replay)
	}
	view := viewOf(replay, running, scrubOf(replay, v.R.URL.Query()))
	if view.Layout, err = v.Page("Race of "+wordsOf(replay.Race), site.SectionRace, nil); err != nil {
		return err
	}
	if view.Pin, err = p.pinView(v, view.Layout, replay.ID, story.RaceURL(replay.ID)); err != nil {
		return err
	}
	v.Did(&view.Layout, site.WatchedRace)
	switch next := view.Scrub.NextFrame(plain); {
	case next != "":
		view.Refresh, view.RefreshTo, view.Moving = 1, next, true
	case running && !view.Scrub.Stepping:
		view.Refresh, view.Topics = 1, []site.Topic{site.RaceTopic(replay.ID), site.LanesTopic(replay.ID, view.Lanes.First)}
	}
	return v.Render(http.StatusOK, racePage(view))
}

// find returns the race that the address names, and whether it is still running.
func (p *Pages) find(v *site.Visit) (replay lab.Replay, running bool, err error) {
	id := v.ID("race")
	if run, found := p.theatre.Run(id); found {
		return run.Replay(), true, nil
	}
	replay, err = p.theatre.Replay(v.Context(), id)
	return replay, false, err
}

// viewOf is the view of a race, up to the step that the scrub is at.
func viewOf(replay lab.Replay, running bool, at scrub) pageView {
	view := pageView{ID: replay.ID, Words: wordsOf(replay.Race), Form: settingsOf(replay.Race), Running: running, Scrub: at}
	stage := newStage(replay, replay.Steps[:at.Step])
	if running {
		view.SoFar = soFar(replay)
	} else if replay.Result != nil {
		view.Result = viewResult(*replay.Result)
	}
	if at.Stepping {
		view.Playhead = fmt.Sprintf("M%d 0v10", stage.x(stage.now))
	}
	view.Ticks = stage.ticks()
	view.drawLanes(stage)
	return view
}

// soFar says how far a race has got.
func soFar(replay lab.Replay) string {
	seats, attempts, sold, over := 0, 0, 0, 0
	for _, course := range replay.Courses {
		seats += course.Seats
	}
	for _, step := range replay.Steps {
		switch step.Kind {
		case lab.Read:
			attempts++
		case lab.Appended:
			sold++
			over++
		case lab.Refused, lab.Lost:
			over++
		}
	}
	return fmt.Sprintf("Under way: %d of %d %s sold, %d %s, %d of %d contenders done.",
		sold, seats, ui.Plural(seats, "seat", "seats"), attempts, ui.Plural(attempts, "attempt", "attempts"), over, len(replay.Contenders))
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
