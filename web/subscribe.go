package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// subscribe asks for a seat: for the student whom the form names, else for the one
// whom the visitor acts as.
func (s *server) subscribe(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	cmd := courses.SubscribeStudent{
		Student: courses.StudentID(text(r, "student").Value),
		Course:  courses.CourseID(r.PathValue("course")),
	}
	if cmd.Student == "" {
		cmd.Student = acting(s.session(r))
	}
	if cmd.Student == "" {
		return badRequest{
			http.StatusUnprocessableEntity,
			"Nobody was named to take the seat. Choose whom you act as first, or send the field student.",
		}
	}
	names, err := s.names(r, cmd.Student, cmd.Course)
	if err != nil {
		return err
	}
	page := cameFrom(r, courseURL(cmd.Course))
	receiptID, err := s.decide(r, cmd, names.student+" subscribes to "+names.course)
	if err != nil {
		return s.declined(w, r, receiptID, page, err)
	}
	return s.done(w, r, receiptID, page)
}

// unsubscribe gives a student's seat back.
func (s *server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	cmd := courses.UnsubscribeStudent{
		Student: courses.StudentID(r.PathValue("student")),
		Course:  courses.CourseID(r.PathValue("course")),
	}
	names, err := s.names(r, cmd.Student, cmd.Course)
	if err != nil {
		return err
	}
	page := cameFrom(r, courseURL(cmd.Course))
	receiptID, err := s.decide(r, cmd, names.student+" leaves "+names.course)
	if err != nil {
		return s.declined(w, r, receiptID, page, err)
	}
	return s.done(w, r, receiptID, page)
}

// names returns what a student and a course are called, for the title of a
// receipt, or the refusal of one that is not there.
func (s *server) names(r *http.Request, student courses.StudentID, course courses.CourseID) (names struct{ student, course string }, err error) {
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return names, err
	}
	c, ok := term.Course(course)
	if !ok {
		return names, courses.ErrNoSuchCourse
	}
	st, ok := term.Student(student)
	if !ok {
		return names, courses.ErrNoSuchStudent
	}
	names.student, names.course = st.Name, c.Title
	return names, nil
}
