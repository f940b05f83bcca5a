package web

import (
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
)

type studentView struct {
	layout
	ID      string
	You     bool
	Slots   []slot
	Seats   []courseSeat
	Waiting []waitLine
	Count   string
	Name    field // of the form that changes it
	History history
}

// A courseSeat is a student's seat in one course.
type courseSeat struct {
	Title, URL string
	Since      string
	LeaveURL   string
}

// student is the page of one student.
func (s *server) student(w http.ResponseWriter, r *http.Request) error {
	return s.showStudent(w, r, courses.StudentID(r.PathValue("student")), http.StatusOK, nil, field{})
}

func (s *server) showStudent(w http.ResponseWriter, r *http.Request, id courses.StudentID, status int, n *notice, name field) error {
	visit, err := s.visit(w, r, "Student", sectionStudents)
	if err != nil {
		return err
	}
	who, ok := visit.term.Student(id)
	if !ok {
		return courses.ErrNoSuchStudent
	}
	view := studentView{
		layout: visit.layout, ID: string(id), You: id == visit.Acting.ID,
		Slots: slotsOf(visit.term, who), Waiting: waitsFor(visit.term, who), Name: name,
		Count: strconv.Itoa(len(who.Seats)) + " of " + strconv.Itoa(courses.MaxCourses) + " courses taken",
	}
	view.Title, view.Path = who.Name, studentURL(id)
	if n != nil {
		view.Notice = n
	}
	if name == (field{}) {
		view.Name.Value = who.Name
	}
	for _, seat := range who.Seats {
		view.Seats = append(view.Seats, courseSeat{
			Title:    courseTitle(visit.term, seat.Course),
			URL:      courseURL(seat.Course),
			Since:    "at " + strconv.FormatInt(seat.Position, 10),
			LeaveURL: courseURL(seat.Course) + "/subscriptions/" + string(id) + "/delete",
		})
	}
	if view.History, err = s.history(r.Context(), visit.term, id.Tag()); err != nil {
		return err
	}
	return render(w, r, status, studentPage(view))
}
