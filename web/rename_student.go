package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// renameStudent carries out the form on the student's page.
func (s *server) renameStudent(w http.ResponseWriter, r *http.Request) error {
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return err
	}
	student, ok := term.Student(courses.StudentID(r.PathValue("student")))
	if !ok {
		return courses.ErrNoSuchStudent
	}
	name := text(r, "name")
	if !courses.ValidText(name.Value) {
		name.Error = sentence(courses.ErrNameInvalid.Error())
	}
	if focusFirst(&name) {
		return s.showStudent(w, r, student.ID, http.StatusUnprocessableEntity, nil, name)
	}
	cmd := courses.RenameStudent{Student: student.ID, NewName: name.Value, Request: requestOf(r)}
	return s.carryOut(w, r, cmd, student.Name+" is renamed "+name.Value, studentURL(student.ID))
}
