package catalogue

import (
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
	cmd := courses.ChangeCapacity{Course: course.ID, NewCapacity: capacity.Number(noCapacity()), Request: v.Key()}
	if ui.FocusFirst(&capacity) {
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	result, err := p.decisions.Decide(v, cmd, course.Title+" is given "+ui.Seats(cmd.NewCapacity))
	if refusal, field := fieldOf(err); field == "capacity" {
		capacity.Error, capacity.Focus = ui.Sentence(refusal.Error()), true
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	if err != nil {
		return p.declined(v, result.ReceiptID, story.CourseURL(course.ID), err)
	}
	return v.Done(result, story.CourseURL(course.ID))
}

// noCapacity says that what was put in is no number.
func noCapacity() string {
	return ui.Sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
}
