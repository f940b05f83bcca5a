package catalogue

import (
	"net/http"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/log"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type courseView struct {
	site.Layout
	ID      string
	Unread  unreadView
	Seats   seatMap
	Taken   []placeLine
	Pager   ui.Pager    // of those
	Waiting []placeLine // in their order
	Forms   courseForms
	Find    string      // a student
	Others  []ui.Option // the first who are found, and have no seat here and do not wait for one
	History log.History
}

// courseForms is what was put into the forms of the page.
type courseForms struct{ Title, Capacity ui.Field }

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
func (v courseView) MoreOthers() bool { return len(v.Others) == site.MostToChoose }

// OthersHint words who is there to choose from.
func (courseView) OthersHint() string {
	return "The first " + strconv.Itoa(site.MostToChoose) + " who have no place here. Find others by a part of their name or id."
}

// Course is the page of one course.
func (p *Pages) Course(v *site.Visit) error {
	return p.showCourse(v, courses.CourseID(v.ID("course")), http.StatusOK, nil, courseForms{})
}

func (p *Pages) showCourse(v *site.Visit, id courses.CourseID, status int, n *site.Notice, forms courseForms) error {
	view := courseView{ID: string(id), Forms: forms, Find: v.Search()}
	seats := site.List{Name: "seats", Label: "Seats", Path: story.CourseURL(id)}
	at, err := seats.At(v)
	if err != nil {
		return err
	}
	var (
		course          readmodel.Course
		unread          readmodel.Unread
		seated, waiting readmodel.Page[readmodel.Member]
		places          []readmodel.Place // of the visitor
		others          []readmodel.Student
	)
	view.Layout, err = v.PageAsOf("Course", site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		ask.Course(&course, id)
		ask.Unread(&unread, id.Tag())
		ask.Seats(&seated, id, at, site.SeatsPerPage)
		ask.Waitlist(&waiting, id, readmodel.Cursor{}, courses.MaxWaiting)
		ask.PlacesOf(&places, v.Acting)
		if v.Registrar {
			ask.StudentsWithoutPlace(&others, id, view.Find, site.MostToChoose)
		}
	})
	if err != nil {
		return err
	}
	if course.ID == "" {
		return view.Missing(courses.ErrNoSuchCourse)
	}
	view.Unread = unreadOf("course", unread)
	view.Seats = SeatsOf(course, places)
	view.Taken = linesOf(seated.Rows, story.CourseURL(id)+"/subscriptions", view.Acting.ID)
	view.Pager = seats.Pager(at, seated.Previous, seated.Next)
	view.Waiting = queueOf(waiting.Rows, story.WaitlistURL(view.ID), view.Acting.ID)
	if !course.Archived { // nobody could be given a place in it
		view.Others = site.StudentsOf(others)
	}
	view.Title, view.Path = course.Title, story.CourseURL(id)
	view.Topics = []site.Topic{site.SeatsTopic(id), site.TagTopic(id.Tag())}
	if view.Registrar { // who chooses among the students
		view.Topics = append(view.Topics, site.TypeTopic(courses.StudentRegistered{}))
	}
	if n != nil {
		view.Notice = n
	}
	if forms.Title == (ui.Field{}) {
		view.Forms.Title.Value = course.Title
	}
	if forms.Capacity == (ui.Field{}) {
		view.Forms.Capacity.Value = strconv.Itoa(course.Capacity)
	}
	if view.History, err = p.log.History(v, view.Layout, story.CourseURL(id), id.Tag()); err != nil {
		return err
	}
	return v.Render(status, view.InMoment(coursePage(view)))
}

// askAgain answers a form with what is wrong with it. That of an archived course is no
// use to correct, and not on the page any more.
func (p *Pages) askAgain(v *site.Visit, course readmodel.Course, forms courseForms) error {
	if course.Archived {
		return p.declined(v, "", story.CourseURL(course.ID), courses.ErrCourseArchived)
	}
	return p.showCourse(v, course.ID, http.StatusUnprocessableEntity, nil, forms)
}

// courseAt returns the course that an address names. Whether there is one is for the
// decision to say, which does not rely on pages: one that no page knows yet goes by
// its id.
func (p *Pages) courseAt(v *site.Visit) (readmodel.Course, error) {
	id := courses.CourseID(v.ID("course"))
	if !id.Valid() {
		return readmodel.Course{}, courses.ErrNoSuchCourse
	}
	var ask readmodel.Questions
	var course readmodel.Course
	ask.Course(&course, id)
	_, err := p.Terms.Ask(v.Context(), &ask)
	if course.ID == "" {
		course = readmodel.Course{ID: id, Title: string(id)}
	}
	return course, err
}

var whyCourse = ui.Idea{
	Text: "A course is no record that is overwritten: its seats, its title and its waitlist follow from the events that carry its tag, which are listed below. " +
		"A decision asks for those types of them that it rests on, so nobody who takes a seat is disturbed by a new title.",
	URL: story.SourceURL("domain/courses/projections.go", "SeatsTaken"), Words: "How the seats taken are counted",
}
