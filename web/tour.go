package web

import (
	"net/http"
)

// tour begins the tour, where it was left, or ends it.
func (s *server) tour(w http.ResponseWriter, r *http.Request) error {
	notes := s.notes(r)
	done := stepsOf(notes)
	switch text(r, "tour").Value {
	case "start":
		if done.has(allSteps) {
			done = 0 // once more
		}
		if acting(s.who(r)) != "" {
			done |= choseSelf
		}
		done |= onTour
	case "leave":
		done &^= onTour
	default:
		return badRequest{http.StatusUnprocessableEntity, "The tour can be started and left. Send the field tour: start or leave."}
	}
	page, err := s.cameFrom(r, "/")
	if err != nil {
		return err
	}
	keepSteps(notes, done)
	if err := notes.Save(r, w); err != nil {
		return err
	}
	return to(page)(w, r)
}
