package catalogue

import (
	"errors"
	"net/http"

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
		return p.askAgain(v, course, http.StatusUnprocessableEntity, courseForms{Title: title})
	}
	cmd := courses.RenameCourse{Course: course.ID, NewTitle: title.Value, Seen: seen(v), Request: v.Key()}
	result, err := p.decisions.Decide(v, cmd, course.Called()+" is renamed "+readmodel.Isolated(title.Value))
	if errors.Is(err, courses.ErrOtherTitle) {
		return p.askAgain(v, course, http.StatusConflict, courseForms{Title: asks(title)})
	}
	return p.answer(v, cmd, result, err, story.CourseURL(course.ID))
}
