package catalogue

import (
	"errors"
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// ChangeCapacity carries out the form on the course's page.
func (p *Pages) ChangeCapacity(v *site.Visit) error {
	course, err := p.courseAt(v)
	if err != nil {
		return err
	}
	capacity := v.Text("capacity")
	cmd := courses.ChangeCapacity{Course: course.ID, NewCapacity: capacity.Number(notANumber()), Request: v.Key()}
	if cmd.Seen, err = seenCapacity(v); err != nil {
		return err
	}
	if ui.FocusFirst(&capacity) {
		return p.askAgain(v, course, http.StatusUnprocessableEntity, courseForms{Capacity: capacity})
	}
	result, err := p.decisions.Decide(v, cmd, course.Called()+" is set to "+ui.Seats(cmd.NewCapacity))
	switch {
	case errors.Is(err, courses.ErrCapacityOutOfRange):
		refuse(&capacity, courses.ErrCapacityOutOfRange)
		ui.FocusFirst(&capacity)
		return p.askAgain(v, course, http.StatusUnprocessableEntity, courseForms{Capacity: capacity})
	case errors.Is(err, courses.ErrOtherCapacity):
		return p.askAgain(v, course, http.StatusConflict, courseForms{Capacity: asks(capacity)})
	}
	return p.answer(v, cmd, result, err, story.CourseURL(course.ID))
}
