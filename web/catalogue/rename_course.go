package catalogue

import (
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// RenameCourse carries out the form on the course's page.
func (p *Pages) RenameCourse(v *site.Visit) error {
	course, err := p.courseAt(v)
	if err != nil {
		return err
	}
	title := v.Text("title")
	checkText(&title, courses.ErrTitleInvalid)
	if ui.FocusFirst(&title) {
		return p.askAgain(v, course, courseForms{Title: title})
	}
	cmd := courses.RenameCourse{Course: course.ID, NewTitle: title.Value, Request: v.Key()}
	return p.carryOut(v, cmd, course.Called()+" is renamed "+readmodel.Isolated(title.Value), story.CourseURL(course.ID))
}
