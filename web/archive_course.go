package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// archiveCourse carries out the form on the course's page.
func (s *server) archiveCourse(w http.ResponseWriter, r *http.Request) error {
	course, err := s.courseAt(r)
	if err != nil {
		return err
	}
	cmd := courses.ArchiveCourse{Course: course.ID, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, course.Title+" is archived", courseURL(course.ID))
}
