package web

import (
	"net/http"

	"github.com/a-h/templ"
)

// bar shows the tour to those who are on it.
func (p *tourPages) bar(v *visit) bar {
	now := p.held.holding(v)
	return func(l layout) templ.Component {
		if !l.OnTour() {
			return nil
		}
		if l.Past() { // where nothing is held
			now = holding{}
		}
		view := tourView{l, now}
		return tourBar(view, view.TourNext())
	}
}

// tour begins the tour, where it was left, or ends it.
func (p *tourPages) tour(v *visit) error {
	notes := v.notes()
	done := stepsOf(notes)
	switch v.text("tour").Value {
	case "start":
		if done.has(allSteps) {
			done = 0 // once more
		}
		if acting(v.who()) != "" {
			done |= choseSelf
		}
		done |= onTour
	case "leave":
		done &^= onTour
	default:
		return badRequest(http.StatusUnprocessableEntity, "The tour can be started and left. Send the field tour: start or leave.")
	}
	page := v.cameFrom("/")
	keepSteps(notes, done)
	if err := notes.Save(v.R, v.W); err != nil {
		return err
	}
	return v.redirect(page)
}
