package web

import (
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
)

type courseView struct {
	layout
	ID       string
	Seats    seatMap
	Taken    []seatLine
	Capacity field     // of the form that changes it
	Others   []student // who have no seat here
	History  history
}

// A seatLine is one taken seat.
type seatLine struct {
	Number    string
	Name, URL string
	Since     string
	You       bool
	LeaveURL  string
}

// Act words the button that gives the seat back.
func (l seatLine) Act() string {
	if l.You {
		return "Leave"
	}
	return "Remove"
}

// A student is one to choose from.
type student struct{ ID, Name string }

// CapacityHint words what the capacity may be.
func (courseView) CapacityHint() string {
	return "1 to 10,000. Fewer than are taken is allowed: nobody loses a seat."
}

// Over words how many seats are taken beyond the capacity, or "".
func (v courseView) Over() string {
	over := v.Seats.Taken - v.Seats.Capacity
	if over <= 0 {
		return ""
	}
	return strconv.Itoa(over) + " more than it offers, since its capacity shrank. They keep their seats."
}

// course is the page of one course.
func (s *server) course(w http.ResponseWriter, r *http.Request) error {
	return s.showCourse(w, r, courses.CourseID(r.PathValue("course")), http.StatusOK, nil, field{})
}

func (s *server) showCourse(w http.ResponseWriter, r *http.Request, id courses.CourseID, status int, n *notice, capacity field) error {
	visit, err := s.visit(w, r, "Course", sectionCourses)
	if err != nil {
		return err
	}
	course, ok := visit.term.Course(id)
	if !ok {
		return courses.ErrNoSuchCourse
	}
	view := courseView{layout: visit.layout, ID: string(id), Seats: seatsOf(course, visit.Acting.ID), Capacity: capacity}
	view.Title, view.Path = course.Title, courseURL(id)
	if n != nil {
		view.Notice = n
	}
	if capacity == (field{}) {
		view.Capacity.Value = strconv.Itoa(course.Capacity)
	}
	seated := map[courses.StudentID]bool{}
	for i, seat := range course.Seats {
		seated[seat.Student] = true
		view.Taken = append(view.Taken, seatLine{
			Number:   strconv.Itoa(i + 1),
			Name:     studentName(visit.term, seat.Student),
			URL:      studentURL(seat.Student),
			Since:    "at " + strconv.FormatInt(seat.Position, 10),
			You:      seat.Student == visit.Acting.ID,
			LeaveURL: courseURL(id) + "/subscriptions/" + string(seat.Student) + "/delete",
		})
	}
	for _, other := range visit.term.Students() {
		if !seated[other.ID] {
			view.Others = append(view.Others, student{string(other.ID), other.Name})
		}
	}
	if view.History, err = s.history(r.Context(), visit.term, id.Tag()); err != nil {
		return err
	}
	return render(w, r, status, coursePage(view))
}

// changeCapacity carries out the form on the course's page.
func (s *server) changeCapacity(w http.ResponseWriter, r *http.Request) error {
	id := courses.CourseID(r.PathValue("course"))
	course, err := s.knownCourse(r, id)
	if err != nil {
		return err
	}
	capacity := text(r, "capacity")
	seatsWanted := capacity.number()
	if focusFirst(&capacity) {
		return s.showCourse(w, r, id, http.StatusUnprocessableEntity, nil, capacity)
	}
	cmd := courses.ChangeCapacity{Course: id, NewCapacity: seatsWanted}
	receiptID, err := s.decide(r, cmd, course.Title+" is given "+seats(seatsWanted))
	if refusal, field := fieldOf(err); field == "capacity" {
		capacity.Error, capacity.Focus = sentence(refusal.Error()), true
		return s.showCourse(w, r, id, http.StatusUnprocessableEntity, nil, capacity)
	}
	if err != nil {
		return s.declined(w, r, receiptID, courseURL(id), err)
	}
	return s.done(w, r, receiptID, courseURL(id))
}

// knownCourse returns a course, or the refusal of one that is not there.
func (s *server) knownCourse(r *http.Request, id courses.CourseID) (courses.Course, error) {
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return courses.Course{}, err
	}
	course, ok := term.Course(id)
	if !ok {
		return courses.Course{}, courses.ErrNoSuchCourse
	}
	return course, nil
}
