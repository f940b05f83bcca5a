package tour

import (
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/web/held"
	"go-crablet/web/site"
)

// Bar shows the tour to those who are on it.
func (p *Pages) Bar(v *site.Visit) site.Bar {
	now := p.held.Holding(v)
	return func(l site.Layout) templ.Component {
		if !l.OnTour() {
			return nil
		}
		if l.Past() { // where nothing is held
			now = held.Holding{}
		}
		view := tourView{l, now}
		return tourBar(view, view.TourNext())
	}
}

// BeginOrEnd begins the tour, where it was left, or ends it.
func (p *Pages) BeginOrEnd(v *site.Visit) error {
	notes := v.Notes()
	done := site.StepsOf(notes)
	switch v.Text("tour").Value {
	case "start":
		if done.Has(site.AllSteps) {
			done = 0 // once more
		}
		if site.Acting(v.Who()) != "" {
			done |= site.ChoseSelf
		}
		done |= site.OnTour
	case "leave":
		done &^= site.OnTour
	default:
		return site.BadRequest(http.StatusUnprocessableEntity, "The tour can be started and left. Send the field tour: start or leave.")
	}
	page := v.CameFrom("/")
	site.KeepSteps(notes, done)
	if err := notes.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}
