package catalogue

import (
	"net/http"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// Subscribe takes a seat for a student: the student whom the form names, or else the one
// whom the visitor acts as.
func (p *Pages) Subscribe(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.SubscribeStudent{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" subscribes to "+course.Title, page)
}

// Unsubscribe gives back the seat of a student.
func (p *Pages) Unsubscribe(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.UnsubscribeStudent{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" leaves "+course.Title, page)
}

// parties returns the student and the course that a form is about, and the page of the form.
// A student or a course that the read model does not know yet has the id as its name: only
// the decision says whether they exist. The names are for the title of a receipt, which is
// stored, so a name that is sealed in the log stays sealed.
func (p *Pages) parties(v *site.Visit) (student readmodel.Student, course readmodel.Course, page string, err error) {
	who, err := v.Visitor()
	if err != nil {
		return student, course, "", err
	}
	student.ID, course.ID = v.StudentOf(who), courses.CourseID(v.ID("course"))
	switch {
	case student.ID == "":
		return student, course, "", site.BadRequest(
			http.StatusUnprocessableEntity,
			"The form does not say which student it is for. First choose whom you act as, or send the field student.",
		)
	case !course.ID.Valid():
		return student, course, "", courses.ErrNoSuchCourse
	case !student.ID.Valid():
		return student, course, "", courses.ErrNoSuchStudent
	}
	names, err := p.Names(v.Context(), student.ID.Tag(), course.ID.Tag())
	if err != nil {
		return student, course, "", err
	}
	student.Name, course.Title = names.Stored(student.ID), names.Course(course.ID)
	return student, course, v.CameFrom(story.CourseURL(course.ID)), nil
}
