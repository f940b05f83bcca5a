package web

import (
	"net/http"
)

// tour begins the tour, where it was left, or ends it.
func (s *server) tour(v *visit) error {
	notes := s.notes(v)
	done := stepsOf(notes)
	switch text(v, "tour").Value {
	case "start":
		if done.has(allSteps) {
			done = 0 // once more
		}
		if acting(s.who(v)) != "" {
			done |= choseSelf
		}
		done |= onTour
	case "leave":
		done &^= onTour
	default:
		return badRequest{http.StatusUnprocessableEntity, "The tour can be started and left. Send the field tour: start or leave."}
	}
	page := v.cameFrom("/")
	keepSteps(notes, done)
	if err := notes.Save(v.R, v.W); err != nil {
		return err
	}
	return v.redirect(page)
}
