package web

import (
	"context"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/gap"
)

type registerStudentView struct {
	layout
	Student, Name field
}

// registerStudentForm is the page with the empty form.
func (s *server) registerStudentForm(w http.ResponseWriter, r *http.Request) error {
	return s.showRegisterStudent(w, r, http.StatusOK, registerStudentView{})
}

func (s *server) showRegisterStudent(w http.ResponseWriter, r *http.Request, status int, view registerStudentView) error {
	notice := view.Notice
	var err error
	if view.layout, err = s.visit(w, r, "Register a student", sectionStudents, nil); err != nil {
		return err
	}
	view.Path = "/students"
	if notice != nil {
		view.Notice = notice
	}
	return render(w, r, status, registerStudentPage(view))
}

// registerStudent carries the form out. An empty id is made of the name.
func (s *server) registerStudent(w http.ResponseWriter, r *http.Request) error {
	view := registerStudentView{Student: text(r, "student"), Name: text(r, "name")}
	cmd := courses.RegisterStudent{Student: courses.StudentID(view.Student.Value), Name: view.Name.Value, Request: requestOf(r)}
	if !courses.ValidText(cmd.Name) {
		view.Name.Error = sentence(courses.ErrNameInvalid.Error())
	}
	if cmd.Student != "" && !cmd.Student.Valid() {
		view.Student.Error = sentence(courses.ErrStudentIDInvalid.Error())
	}
	if focusFirst(&view.Name, &view.Student) {
		return s.showRegisterStudent(w, r, http.StatusUnprocessableEntity, view)
	}

	result, err := s.decideRegistration(r, &cmd)
	if refusal, field := fieldOf(err); field != "" {
		switch field {
		case "student":
			view.Student.Error = sentence(refusal.Error())
		case "name":
			view.Name.Error = sentence(refusal.Error())
		}
		focusFirst(&view.Name, &view.Student)
		if n, ok := noticeOf(result.ReceiptID, refusal); ok {
			view.Notice = &n
		}
		return s.showRegisterStudent(w, r, statusOf(refusal), view)
	}
	if n, ok := noticeOf(result.ReceiptID, err); ok {
		view.Notice = &n
		return s.showRegisterStudent(w, r, http.StatusConflict, view)
	}
	if err != nil {
		return withReceipt(result.ReceiptID, err)
	}
	return s.done(w, r, result, studentURL(cmd.Student))
}

// decideRegistration decides the command, and gives it an id if it has none.
func (s *server) decideRegistration(r *http.Request, cmd *courses.RegisterStudent) (gap.Result, error) {
	title := cmd.Name + " registers"
	if cmd.Student != "" {
		return s.decide(r, *cmd, title)
	}
	return s.decideWithReadableID(r, title, courses.ErrStudentExists, func(ctx context.Context, before dcb.Fact) (dcb.Command, error) {
		if registered, ok := before.(courses.StudentRegistered); ok {
			cmd.Student = registered.Student
			return *cmd, nil
		}
		id, err := s.freeID(ctx, cmd.Name, "student", func(id string) dcb.Query {
			return courses.StudentExists(courses.StudentID(id)).Query()
		})
		cmd.Student = courses.StudentID(id)
		return *cmd, err
	})
}
