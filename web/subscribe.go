package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// subscribe asks for a seat: for the student whom the form names, else for the one
// whom the visitor acts as.
func (s *server) subscribe(w http.ResponseWriter, r *http.Request) error {
	cmd := courses.SubscribeStudent{
		Student: studentOf(s.visitor(r), r),
		Course:  courses.CourseID(r.PathValue("course")),
	}
	if cmd.Student == "" {
		return badRequest{
			http.StatusUnprocessableEntity,
			"Nobody was named to take the seat. Choose whom you act as first, or send the field student.",
		}
	}
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return err
	}
	student, course, err := parties(term, cmd.Student, cmd.Course)
	if err != nil {
		return err
	}
	page := cameFrom(r, term, courseURL(cmd.Course))
	receiptID, err := s.decide(r, cmd, student.Name+" subscribes to "+course.Title)
	if err != nil {
		return s.declined(w, r, receiptID, page, err)
	}
	return s.done(w, r, receiptID, page)
}

// unsubscribe gives a student's seat back.
func (s *server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	cmd := courses.UnsubscribeStudent{
		Student: studentOf(s.visitor(r), r),
		Course:  courses.CourseID(r.PathValue("course")),
	}
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return err
	}
	student, course, err := parties(term, cmd.Student, cmd.Course)
	if err != nil {
		return err
	}
	page := cameFrom(r, term, courseURL(cmd.Course))
	receiptID, err := s.decide(r, cmd, student.Name+" leaves "+course.Title)
	if err != nil {
		return s.declined(w, r, receiptID, page, err)
	}
	return s.done(w, r, receiptID, page)
}

// parties returns a student and a course, or the refusal of one that is not there.
func parties(term *courses.Term, student courses.StudentID, course courses.CourseID) (courses.Student, courses.Course, error) {
	c, ok := term.Course(course)
	if !ok {
		return courses.Student{}, c, courses.ErrNoSuchCourse
	}
	st, ok := term.Student(student)
	if !ok {
		return st, c, courses.ErrNoSuchStudent
	}
	return st, c, nil
}
