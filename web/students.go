package web

import (
	"fmt"
	"net/http"

	"go-crablet/domain/courses"
)

type studentsView struct {
	layout
	Students []studentLine
}

type studentLine struct {
	ID, Name, URL string
	Count         string
	You           bool
}

// students is the page of all students, to act as one of them.
func (s *server) students(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.visit(w, r, "Students", sectionStudents)
	if err != nil {
		return err
	}
	view := studentsView{layout: visit.layout}
	for _, student := range visit.term.Students() {
		view.Students = append(view.Students, studentLine{
			ID: string(student.ID), Name: student.Name, URL: studentURL(student.ID),
			Count: fmt.Sprintf("%d of %d courses", len(student.Seats), courses.MaxCourses),
			You:   student.ID == visit.Acting.ID,
		})
	}
	return render(w, r, http.StatusOK, studentsPage(view))
}
