package web

import (
	"go-crablet/domain/courses"
)

// changeCapacity carries out the form on the course's page.
func (p *cataloguePages) changeCapacity(v *visit) error {
	course, err := p.courseAt(v)
	if err != nil {
		return err
	}
	capacity := v.text("capacity")
	cmd := courses.ChangeCapacity{Course: course.ID, NewCapacity: capacity.number(noCapacity()), Request: v.key()}
	if focusFirst(&capacity) {
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	result, err := p.decisions.decide(v, cmd, course.Title+" is given "+seats(cmd.NewCapacity))
	if refusal, field := fieldOf(err); field == "capacity" {
		capacity.Error, capacity.Focus = sentence(refusal.Error()), true
		return p.askAgain(v, course, courseForms{Capacity: capacity})
	}
	if err != nil {
		return p.declined(v, result.ReceiptID, courseURL(course.ID), err)
	}
	return v.done(result, courseURL(course.ID))
}

// noCapacity says that what was put in is no number.
func noCapacity() string {
	return sentence("a whole number is needed here: " + courses.ErrCapacityOutOfRange.Error())
}
