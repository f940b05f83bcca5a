package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// subscribe asks for a seat: for the student whom the form names, else for the one
// whom the visitor acts as.
func (s *server) subscribe(w http.ResponseWriter, r *http.Request) error {
	student, course, page, err := s.parties(r)
	if err != nil {
		return err
	}
	cmd := courses.SubscribeStudent{Student: student.ID, Course: course.ID, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, student.Name+" subscribes to "+course.Title, page)
}

// unsubscribe gives a student's seat back.
func (s *server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	student, course, page, err := s.parties(r)
	if err != nil {
		return err
	}
	cmd := courses.UnsubscribeStudent{Student: student.ID, Course: course.ID, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, student.Name+" leaves "+course.Title, page)
}

// parties returns the student and the course that a form is about, or the refusal of
// one that is not there, and the page that the form stands on.
func (s *server) parties(r *http.Request) (student courses.Student, course courses.Course, page string, err error) {
	studentID, courseID := studentOf(s.visitor(r), r), courses.CourseID(r.PathValue("course"))
	if studentID == "" {
		return student, course, "", badRequest{
			http.StatusUnprocessableEntity,
			"Nobody was named whom this is for. Choose whom you act as first, or send the field student.",
		}
	}
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return student, course, "", err
	}
	course, ok := term.Course(courseID)
	if !ok {
		return student, course, "", courses.ErrNoSuchCourse
	}
	student, ok = term.Student(studentID)
	if !ok {
		return student, course, "", courses.ErrNoSuchStudent
	}
	return student, course, cameFrom(r, term, courseURL(courseID)), nil
}
