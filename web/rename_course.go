package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// renameCourse carries out the form on the course's page.
func (s *server) renameCourse(w http.ResponseWriter, r *http.Request) error {
	course, err := s.courseAt(r)
	if err != nil {
		return err
	}
	title := text(r, "title")
	if !courses.ValidText(title.Value) {
		title.Error = sentence(courses.ErrTitleInvalid.Error())
	}
	if focusFirst(&title) {
		return s.askAgain(w, r, course, courseForms{Title: title})
	}
	cmd := courses.RenameCourse{Course: course.ID, NewTitle: title.Value, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, course.Title+" is renamed "+title.Value, courseURL(course.ID))
}
