package web

import (
	"go-crablet/domain/courses"
)

// archiveCourse carries out the form on the course's page.
func (s *server) archiveCourse(v *visit) error {
	course, err := s.courseAt(v)
	if err != nil {
		return err
	}
	cmd := courses.ArchiveCourse{Course: course.ID, Request: v.key()}
	return s.carryOut(v, cmd, course.Title+" is archived", courseURL(course.ID))
}
