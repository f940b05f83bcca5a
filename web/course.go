package web

import (
	"context"
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

type courseView struct {
	layout
	ID      string
	Unread  unreadView
	Seats   seatMap
	Taken   []placeLine
	Pager   pager       // of those
	Waiting []placeLine // in their order
	Forms   courseForms
	Find    string    // a student
	Others  []student // the first who are found, and have no seat here and do not wait for one
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

// MoreOthers reports whether there may be more students than those to choose from.
func (v courseView) MoreOthers() bool { return len(v.Others) == mostToChoose }

// OthersHint words who is there to choose from.
func (courseView) OthersHint() string {
	return "The first " + strconv.Itoa(mostToChoose) + " who have no place here. Find others by a part of their name or id."
}

// course is the page of one course.
func (s *server) course(w http.ResponseWriter, r *http.Request) error {
	return s.showCourse(w, r, courses.CourseID(r.PathValue("course")), http.StatusOK, nil, courseForms{})
}

func (s *server) showCourse(w http.ResponseWriter, r *http.Request, id courses.CourseID, status int, n *notice, forms courseForms) error {
	view := courseView{ID: string(id), Forms: forms, Find: searchOf(r)}
	seats := list{name: "seats", label: "Seats", path: courseURL(id)}
	at, err := seats.at(r)
	if err != nil {
		return err
	}
	var course readmodel.Course
	view.layout, err = s.visitAsOf(w, r, "Course", sectionCourses, func(term *readmodel.Term, l layout) error {
		var known bool
		if course, known, err = term.Course(r.Context(), id); err != nil {
			return err
		}
		if !known {
			return l.missing(courses.ErrNoSuchCourse)
		}
		if view.Unread, err = unreadOf(r.Context(), term, "course", id.Tag()); err != nil {
			return err
		}
		page, err := term.Seats(r.Context(), id, at, seatsPerPage)
		if err != nil {
			return err
		}
		view.Taken = linesOf(page.Rows, courseURL(id)+"/subscriptions", l.Acting.ID)
		view.Pager = seats.pager(at, page.Previous, page.Next)
		return view.ask(r.Context(), term, course, l)
	})
	if err != nil {
		return err
	}
	view.Title, view.Path = course.Title, courseURL(id)
	view.Topics = []topic{seatsTopic(id), tagTopic(id.Tag())}
	if view.Registrar { // who chooses among the students
		view.Topics = append(view.Topics, typeTopic(courses.StudentRegistered{}))
	}
	if n != nil {
		view.Notice = n
	}
	if forms.Title == (field{}) {
		view.Forms.Title.Value = course.Title
	}
	if forms.Capacity == (field{}) {
		view.Forms.Capacity.Value = strconv.Itoa(course.Capacity)
	}
	if view.History, err = s.history(r, view.layout, courseURL(id), id.Tag()); err != nil {
		return err
	}
	return render(w, r, status, view.at(coursePage(view)))
}

// ask fills in the visitor's place in a course, who waits for one, and for the
// registrar who could be given one.
func (v *courseView) ask(ctx context.Context, term *readmodel.Term, course readmodel.Course, l layout) error {
	places, err := term.PlacesOf(ctx, l.Acting.ID)
	if err != nil {
		return err
	}
	v.Seats = seatsOf(course, places)
	waitlist, err := term.Waitlist(ctx, course.ID, readmodel.Cursor{}, courses.MaxWaiting)
	if err != nil {
		return err
	}
	v.Waiting = linesOf(waitlist.Rows, waitlistURL(v.ID), l.Acting.ID)
	for i := range v.Waiting {
		v.Waiting[i].Number = strconv.Itoa(i + 1)
	}
	if !l.Registrar || course.Archived {
		return nil
	}
	others, err := term.StudentsWithoutPlace(ctx, course.ID, v.Find, mostToChoose)
	for _, other := range others {
		v.Others = append(v.Others, student{string(other.ID), other.Name})
	}
	return err
}

// askAgain answers a form with what is wrong with it. That of an archived course is no
// use to correct, and not on the page any more.
func (s *server) askAgain(w http.ResponseWriter, r *http.Request, course readmodel.Course, forms courseForms) error {
	if course.Archived {
		return s.declined(w, r, "", courseURL(course.ID), courses.ErrCourseArchived)
	}
	return s.showCourse(w, r, course.ID, http.StatusUnprocessableEntity, nil, forms)
}

// courseAt returns the course that an address names. Whether there is one is for the
// decision to say, which does not rely on pages: one that no page knows yet goes by
// its id.
func (s *server) courseAt(r *http.Request) (readmodel.Course, error) {
	id := courses.CourseID(r.PathValue("course"))
	if !id.Valid() {
		return readmodel.Course{}, courses.ErrNoSuchCourse
	}
	course := readmodel.Course{ID: id, Title: string(id)}
	err := s.Terms.View(r.Context(), func(term *readmodel.Term) error {
		found, known, err := term.Course(r.Context(), id)
		if known {
			course = found
		}
		return err
	})
	return course, err
}
