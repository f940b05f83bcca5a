package tour

import (
	"net/http"

	"go-crablet/web/held"
	"go-crablet/web/site"
)

// Pages are the tour: its bar on every page, and the form that begins and ends it.
type Pages struct {
	*site.Site
	held *held.Pages
}

// New returns the tour. One of its steps is about the decisions that held holds.
func New(s *site.Site, held *held.Pages) *Pages { return &Pages{s, held} }

// BeginOrEnd begins the tour, or ends it. A tour that was left before all steps were done goes
// on where it was.
func (p *Pages) BeginOrEnd(v *site.Visit) error {
	notes := v.Notes()
	done := site.StepsOf(notes)
	switch v.Text("tour").Value {
	case "start":
		if done.Has(site.AllSteps) {
			done = 0 // from the start again
		}
		if site.Acting(v.Who()) != "" {
			done |= site.ChoseSelf
		}
		done |= site.OnTour
	case "leave":
		done &^= site.OnTour
	default:
		return site.BadRequest(http.StatusUnprocessableEntity, "The form does not say what to do with the tour. Send the field tour: start or leave.")
	}
	page := v.CameFrom("/")
	site.KeepSteps(notes, done)
	if err := notes.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}
