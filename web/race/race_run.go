package race

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type raceView struct {
	site.Layout
	ID, Words string
	Form      raceForm
	Running   bool
	Result    raceResult
	SoFar     string // while it runs
	Scrub     scrub
	Courses   []raceCourse
	Ticks     []raceTick
	Playhead  string // a path, or "" when all is shown
	Lanes     lanePages
	HasSpots  bool // some attempts were made on the spot
	Pin       site.PinView
}

// A raceCourse is the lanes of those who want a seat in it.
type raceCourse struct {
	Title, Sold string
	SeatLines   string // a path: when a seat of it was sold
	SeatLabels  []raceTick
	Lanes       []lane
}

// A raceTick is a word at a time.
type raceTick struct{ X, Words string }

// lanePages tells which lanes a page draws: it is kept below a size that loads at once.
type lanePages struct {
	First, Last, All     int    // of the lanes, from 1
	PreviousURL, NextURL string // or ""
}

const (
	lanesPerPage    = 40  // on a page
	attemptsPerPage = 150 // in the lanes of a page
)

// Words says which lanes are drawn, when that isn't all.
func (l lanePages) Words() string {
	return fmt.Sprintf("Lanes %d to %d of %d", l.First, l.Last, l.All)
}

// Show is the page of one race: as far as it has got while it runs, and step by step
// when it is over.
func (p *Pages) Show(v *site.Visit) error {
	replay, running, err := p.findRace(v)
	if errors.Is(err, lab.ErrNotFound) {
		return p.noSuchRun(v)
	}
	if err != nil {
		return err
	}
	if v.R.URL.Query().Get("format") == "json" {
		return sendRace(v.W, replay)
	}
	view := viewRace(replay, running, scrubOf(replay, v.R.URL.Query()))
	if view.Layout, err = v.Page("Race of "+raceWords(replay.Race), site.SectionRace, nil); err != nil {
		return err
	}
	view.Pin = site.PinView{Layout: view.Layout, Action: runPinURL(replay.ID), From: story.RaceURL(replay.ID), Rule: p.Keeping.OfRaces()}
	if view.Pin.Pinned, err = p.theatre.Runs.IsPinned(v.Context(), replay.ID); err != nil {
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

// viewRace is the race as far as the scrub goes.
func viewRace(replay lab.Replay, running bool, at scrub) raceView {
	view := raceView{ID: replay.ID, Words: raceWords(replay.Race), Form: formOf(replay.Race), Running: running, Scrub: at}
	stage := newStage(replay, replay.Steps[:at.Step])
	if running {
		view.SoFar = soFar(replay)
	} else if replay.Result != nil {
		view.Result = resultOf(*replay.Result)
	}
	if at.Stepping {
		view.Playhead = fmt.Sprintf("M%d 0v10", stage.x(stage.now))
	}
	view.Ticks = stage.ticks()
	view.drawLanes(stage)
	return view
}

func (p *Pages) findRace(v *site.Visit) (replay lab.Replay, running bool, err error) {
	id := v.ID("race")
	if run, found := p.theatre.Run(id); found {
		return run.Replay(), true, nil
	}
	replay, err = p.theatre.Replay(v.Context(), id)
	return replay, false, err
}

func (p *Pages) noSuchRun(v *site.Visit) error {
	return site.Problem{
		Status: http.StatusNotFound, Title: "Not found",
		Text: "There is no such run here. It was stopped, it is older than those that are kept, or another process runs it: then it is here when it is over.",
		Next: ui.Link{URL: "/race", Words: "To the races"},
	}
}

// sendRace answers with the race as a file, with every step.
func sendRace(w http.ResponseWriter, replay lab.Replay) error {
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

// drawLanes draws the lanes of one page, course by course, in the order of their starts.
func (v *raceView) drawLanes(s stage) {
	steps := map[int][]lab.Step{}
	for _, step := range s.shown {
		steps[step.Contender] = append(steps[step.Contender], step)
	}
	attempts := map[int]int{} // in the whole race, so that lanes keep their page
	for _, step := range s.replay.Steps {
		if step.Kind == lab.Read {
			attempts[step.Contender]++
		}
	}
	place := map[string]int{}
	for i, course := range s.replay.Courses {
		place[string(course.ID)] = i
	}
	all := slices.SortedStableFunc(slices.Values(s.replay.Contenders), func(a, b lab.Contender) int {
		return cmp.Or(cmp.Compare(place[string(a.Course)], place[string(b.Course)]), cmp.Compare(a.Start, b.Start))
	})
	v.Lanes = v.Scrub.lanePages(all, attempts)

	v.Courses = nil
	last := -1
	for _, who := range all[v.Lanes.First-1 : v.Lanes.Last] {
		i := place[string(who.Course)]
		if i != last {
			v.Courses = append(v.Courses, s.course(s.replay.Courses[i]))
			last = i
		}
		course := &v.Courses[len(v.Courses)-1]
		drawn := s.lane(who, s.replay.Courses[i].Seats, steps[who.Number])
		for _, attempt := range drawn.Attempts {
			v.HasSpots = v.HasSpots || attempt.OnTheSpot
		}
		course.Lanes = append(course.Lanes, drawn)
	}
}

// course begins the lanes of a course, with a line for every seat that was sold.
func (s stage) course(course lab.Course) raceCourse {
	const apart = 65 // thousandths between labels
	c := raceCourse{Title: course.Title}
	sold, labelled := 0, -apart
	for _, step := range s.shown {
		if step.Kind != lab.Appended || s.replay.Contenders[step.Contender-1].Course != course.ID {
			continue
		}
		sold++
		c.SeatLines += fmt.Sprintf("M%d 0v10", s.x(step.At))
		if x := s.x(step.At); x-labelled >= apart && x < thousandths-apart/2 {
			c.SeatLabels = append(c.SeatLabels, raceTick{s.percent(step.At), strconv.Itoa(sold)})
			labelled = x
		}
	}
	c.Sold = fmt.Sprintf("%d of %d %s sold", sold, course.Seats, ui.Plural(course.Seats, "seat", "seats"))
	if s.othersTookPart() { // so there may have been more seats, or fewer
		c.Sold = fmt.Sprintf("%d %s sold", sold, ui.Plural(sold, "seat", "seats"))
	}
	return c
}

// ticks are four to six round times below the lanes.
func (s stage) ticks() []raceTick {
	const most = 5
	step := time.Millisecond
	for factor := 0; s.until/step > most; factor++ {
		step = step * []time.Duration{2, 5, 2}[factor%3] / []time.Duration{1, 2, 1}[factor%3]
	}
	var ticks []raceTick
	for at := time.Duration(0); at <= s.until-s.until/20; at += step {
		words := strconv.FormatInt(at.Milliseconds(), 10) + " ms"
		if s.until > time.Second {
			words = strconv.FormatFloat(at.Seconds(), 'f', -1, 64) + " s"
		}
		ticks = append(ticks, raceTick{s.percent(at), words})
	}
	return ticks
}

var whyRace = ui.Idea{
	Text: "Every lane is a decision of its own, and where one conflicts, another one's event got inside its boundary first. " +
		"Appends are judged one after the other, each against all that were accepted before it: that is why the last seat is given away once.",
	URL: story.SourceURL("dcb/judge.go", "judge"), Words: "How appends are judged",
}
