package catalogue

import (
	"errors"

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
	if ui.FocusFirst(&capacity) {
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	result, err := p.decisions.Decide(v, cmd, course.Called()+" is given "+ui.Seats(cmd.NewCapacity))
	if errors.Is(err, courses.ErrCapacityOutOfRange) {
		refuse(&capacity, courses.ErrCapacityOutOfRange)
		ui.FocusFirst(&capacity)
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	return p.answer(v, result, err, story.CourseURL(course.ID))
}
