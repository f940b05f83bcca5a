package web

import (
	"net/http"
	"slices"
	"strconv"

	"go-crablet/domain/courses"
)

type courseView struct {
	layout
	ID      string
	Seats   seatMap
	Taken   []placeLine
	Waiting []placeLine // in their order
	Forms   courseForms
	Others  []student // who have no seat here, and do not wait for one
	History history
}

// courseForms is what was put into the forms of the page.
type courseForms struct{ Title, Capacity field }

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
	return s.showCourse(w, r, courses.CourseID(r.PathValue("course")), http.StatusOK, nil, courseForms{})
}

func (s *server) showCourse(w http.ResponseWriter, r *http.Request, id courses.CourseID, status int, n *notice, forms courseForms) error {
	visit, err := s.visit(w, r, "Course", sectionCourses)
	if err != nil {
		return err
	}
	course, ok := visit.term.Course(id)
	if !ok {
		return courses.ErrNoSuchCourse
	}
	view := courseView{
		layout: visit.layout, ID: string(id), Seats: seatsOf(course, visit.Acting.ID),
		Waiting: whoWaits(visit.term, course, visit.Acting.ID), Forms: forms,
	}
	view.Title, view.Path = course.Title, courseURL(id)
	if n != nil {
		view.Notice = n
	}
	if forms.Title == (field{}) {
		view.Forms.Title.Value = course.Title
	}
	if forms.Capacity == (field{}) {
		view.Forms.Capacity.Value = strconv.Itoa(course.Capacity)
	}
	for i, seat := range course.Seats {
		view.Taken = append(view.Taken, placeLine{
			Number:   strconv.Itoa(i + 1),
			Name:     studentName(visit.term, seat.Student),
			URL:      studentURL(seat.Student),
			Since:    "at " + strconv.FormatInt(seat.Position, 10),
			You:      seat.Student == visit.Acting.ID,
			LeaveURL: courseURL(id) + "/subscriptions/" + string(seat.Student) + "/delete",
		})
	}
	for _, other := range visit.term.Students() {
		if !hasPlace(course, other.ID) {
			view.Others = append(view.Others, student{string(other.ID), other.Name})
		}
	}
	if view.History, err = s.history(r.Context(), visit.term, id.Tag()); err != nil {
		return err
	}
	return render(w, r, status, coursePage(view))
}

// askAgain answers a form with what is wrong with it. That of an archived course is no
// use to correct, and not on the page any more.
func (s *server) askAgain(w http.ResponseWriter, r *http.Request, course courses.Course, forms courseForms) error {
	if course.Archived {
		return s.declined(w, r, "", courseURL(course.ID), courses.ErrCourseArchived)
	}
	return s.showCourse(w, r, course.ID, http.StatusUnprocessableEntity, nil, forms)
}

// hasPlace reports whether a student has a seat in a course, or waits for one.
func hasPlace(course courses.Course, id courses.StudentID) bool {
	return slices.ContainsFunc(slices.Concat(course.Seats, course.Waiting), func(place courses.Seat) bool { return place.Student == id })
}

// knownCourse returns the course that an address names, or the refusal of one that is
// not there.
func (s *server) knownCourse(r *http.Request) (courses.Course, error) {
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return courses.Course{}, err
	}
	course, ok := term.Course(courses.CourseID(r.PathValue("course")))
	if !ok {
		return courses.Course{}, courses.ErrNoSuchCourse
	}
	return course, nil
}
