package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// changeCapacity carries out the form on the course's page.
func (s *server) changeCapacity(w http.ResponseWriter, r *http.Request) error {
	course, err := s.courseAt(r)
	if err != nil {
		return err
	}
	capacity := text(r, "capacity")
	cmd := courses.ChangeCapacity{Course: course.ID, NewCapacity: capacity.number(), Request: requestOf(r)}
	if focusFirst(&capacity) {
		return s.askAgain(w, r, course, courseForms{Capacity: capacity})
	}
	result, err := s.decide(r, cmd, course.Title+" is given "+seats(cmd.NewCapacity))
	if refusal, field := fieldOf(err); field == "capacity" {
		capacity.Error, capacity.Focus = sentence(refusal.Error()), true
		return s.askAgain(w, r, course, courseForms{Capacity: capacity})
	}
	if err != nil {
		return s.declined(w, r, result.ReceiptID, courseURL(course.ID), err)
	}
	return s.done(w, r, result, courseURL(course.ID))
}
