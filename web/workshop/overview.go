package workshop

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
	"go-crablet/workshop/room"
	"go-crablet/workshop/steps"
)

type overviewView struct {
	site.Layout
	Steps    []stepView
	Variants []stepView
	Far      string // how far the visitor is, or ""
	Minutes  ui.Field
	Rooms    []ui.Link // those that are open, for the registrar
}

// A stepView is a step, and what this application has to show about it.
type stepView struct {
	steps.Step
	Green, Here bool // of the visitor
	Sight       sight
}

// Overview shows the steps and the variants, and what there is to see right now about each of them.
func (p *Pages) Overview(v *site.Visit) error {
	return p.showOverview(v, http.StatusOK, ui.Field{Value: "120"})
}

// showOverview renders the page, with what was put into the form that opens a room.
func (p *Pages) showOverview(v *site.Visit, status int, minutes ui.Field) error {
	all, err := steps.All()
	if err != nil {
		return err
	}
	variants, err := steps.Variants()
	if err != nil {
		return err
	}
	far, err := placeIn(v, len(all))
	if err != nil {
		return err
	}
	seen, err := p.look(v.Context())
	if err != nil {
		return err
	}
	view := overviewView{Minutes: minutes, Far: far.words(len(all))}
	var first readmodel.Page[readmodel.Course]
	view.Layout, err = v.Page("The workshop", "", func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Courses(&first, "", readmodel.Cursor{}, site.CoursesPerPage)
	})
	if err != nil {
		return err
	}
	view.Path = overviewURL
	seen.course = openCourse(first.Rows)
	for _, step := range all {
		n := step.Number()
		view.Steps = append(view.Steps, stepView{step, slices.Contains(far.green, n), far.at == n, sights[step.Name](seen)})
	}
	for _, variant := range variants {
		view.Variants = append(view.Variants, stepView{Step: variant, Sight: sights[variant.Name](seen)})
	}
	if view.Registrar {
		for _, code := range p.rooms.Codes() {
			view.Rooms = append(view.Rooms, ui.Link{URL: roomURL(code), Words: code})
		}
	}
	return v.Render(status, overviewPage(view))
}

// A place is how far a visitor is: the step that the visitor works on, or 0, and the steps that
// are green.
type place struct {
	at    int
	green []int
}

// placeIn returns the place that the address names, as the program of the workshop writes it:
// /workshop?at=3&green=1-2.
func placeIn(v *site.Visit, most int) (place, error) {
	query := v.R.URL.Query()
	at, atKnown := room.ParseNumbers(query.Get("at"), most)
	green, greenKnown := room.ParseNumbers(query.Get("green"), most)
	if !atKnown || !greenKnown || len(at) > 1 {
		text := fmt.Sprintf("The address names a step that does not exist. The steps are 1 to %d, like /workshop?at=3&green=1-2.", most)
		return place{}, site.BadRequest(http.StatusBadRequest, text)
	}
	slices.Sort(green)
	far := place{green: slices.Compact(green)}
	if len(at) == 1 {
		far.at = at[0]
	}
	return far, nil
}

// words says how far somebody is, or is "" if the address does not say it.
func (p place) words(most int) string {
	switch {
	case p.at == 0 && len(p.green) == 0:
		return ""
	case len(p.green) == most:
		return "All steps are green."
	}
	words := fmt.Sprintf("%d of %d steps are green.", len(p.green), most)
	if p.at > 0 {
		words += " You are at step " + strconv.Itoa(p.at) + "."
	}
	return words
}

// Open opens a room, and leads to it.
func (p *Pages) Open(v *site.Visit) error {
	minutes := v.Text("minutes")
	length := minutes.Count()
	shortest, longest := int(room.Shortest.Minutes()), int(room.Longest.Minutes())
	if minutes.Error == "" && (length < shortest || length > longest) {
		minutes.Error = fmt.Sprintf("A room is open for %d to %d minutes.", shortest, longest)
	}
	if minutes.Error == "" {
		code, err := p.rooms.Open(time.Duration(length) * time.Minute)
		if err == nil {
			return v.Redirect(roomURL(code))
		}
		problem, ok := errors.AsType[room.Problem](err)
		if !ok {
			return err
		}
		minutes.Error = problem.Error()
	}
	minutes.Focus = true
	return p.showOverview(v, http.StatusUnprocessableEntity, minutes)
}

var whyWorkshop = ui.Idea{
	Text: "Whoever has written a boundary once reads all others. " +
		"The steps use the same log and the same rules as this application, so each of them can be seen at work here.",
	URL: story.SourceURL("dcb/boundary.go", "Boundary"), Words: "What a boundary is",
}
