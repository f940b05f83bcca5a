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
	Seats   SeatMap
	Taken   []placeLine
	Pager   ui.Pager    // of the seats taken
	Waiting []placeLine // first in line first
	Swaps   []ui.Option // the seats that the visitor may give back for one here
	Forms   courseForms
	Seen    struct{ Title, Capacity string } // what the forms change
	Find    string                           // the search for a student to give a place
	Others  []ui.Option                      // the first students found who have no place here
	History log.History
}

// courseForms has the values that were put into the forms of the page, and what is wrong
// with them.
type courseForms struct{ Title, Capacity ui.Field }

// ask asks at each field that [asks] whether its value is still meant.
func (f *courseForms) ask(title, capacity string) {
	stillMeant(&f.Title, "It is called “"+title+"” now.")
	stillMeant(&f.Capacity, "It has "+capacity+" now.")
}

// RegistrarIsAtWork reports whether the page answers what the registrar did in the forms that are
// folded otherwise.
func (v courseView) RegistrarIsAtWork() bool {
	return v.Forms.Title.Error != "" || v.Forms.Capacity.Error != "" || v.Find != ""
}

// CapacityHint words what the capacity may be.
func (courseView) CapacityHint() string {
	return "1 to 10,000. It may be less than the seats taken: nobody loses a seat."
}

// Over words how many seats are taken beyond the capacity, or "".
func (v courseView) Over() string {
	over := v.Seats.Taken - v.Seats.Capacity
	if over <= 0 {
		return ""
	}
	return strconv.Itoa(over) + " more than the course has seats, because its capacity was lowered. They keep their seats."
}

// MoreOthers reports whether there may be more students than the form offers.
func (v courseView) MoreOthers() bool { return len(v.Others) >= site.MostToChoose }

// OthersHint words which students the form offers.
func (courseView) OthersHint() string {
	return "The first " + strconv.Itoa(site.MostToChoose) + " students without a place here. Find others by a part of their name or id."
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
	var found courseAnswers
	view.Layout, err = v.PageAsOf("Course", site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		found.ask(ask, v, id, view.Find, at)
	})
	if err != nil {
		return err
	}
	if found.course.ID == "" {
		return view.Missing(courses.ErrNoSuchCourse)
	}
	view.fill(found)
	view.Pager = seats.Pager(at, found.seated.Previous, found.seated.Next)
	if n != nil {
		view.Notice = n
	}
	if view.History, err = p.log.History(v, view.Layout, story.CourseURL(id), id.Tag()); err != nil {
		return err
	}
	return v.Render(status, view.InMoment(coursePage(view)))
}

// courseAnswers is what the page of a course reads from the read model.
type courseAnswers struct {
	course          readmodel.Course
	unread          readmodel.Unread
	seated, waiting readmodel.Page[readmodel.Member]
	places          []readmodel.Place   // of the visitor
	others          []readmodel.Student // without a place here, for the registrar
}

// ask puts the questions. find is the search for a student, at the page of the seats.
func (a *courseAnswers) ask(ask *readmodel.Questions, who site.Visitor, id courses.CourseID, find string, at readmodel.Cursor) {
	ask.Course(&a.course, id)
	ask.Unread(&a.unread, id.Tag())
	ask.Seats(&a.seated, id, at, site.SeatsPerPage)
	ask.Waitlist(&a.waiting, id, readmodel.Cursor{}, courses.MaxWaiting)
	ask.PlacesOf(&a.places, who.Acting)
	if who.Registrar {
		ask.StudentsWithoutPlace(&a.others, id, find, site.MostToChoose)
	}
}

// fill puts the answers into the view. A form that was not sent has the present values.
func (v *courseView) fill(found courseAnswers) {
	course := found.course
	v.Title, v.Path = course.Called(), story.CourseURL(course.ID)
	v.Unread = unreadOf("course", found.unread)
	v.Seats = SeatsOf(course, found.places)
	v.Taken = linesOf(found.seated.Rows, v.Path+"/subscriptions", v.Acting.ID)
	v.Waiting = queueOf(found.waiting.Rows, story.WaitlistURL(v.ID), v.Acting.ID)
	if !v.Past() {
		v.Swaps = swapsOf(v.Seats, found.places)
	}
	if !course.Archived { // an archived course takes nobody
		v.Others = v.studentsToSeat(found)
	}
	v.Topics = []site.Topic{site.SeatsTopic(course.ID), site.TagTopic(course.ID.Tag())}
	if v.Registrar { // the registrar chooses among the students
		v.Topics = append(v.Topics, site.TypeTopic(courses.StudentRegistered{}))
	}
	v.Seen.Title, v.Seen.Capacity = course.Title, strconv.Itoa(course.Capacity)
	v.Forms.ask(course.Title, ui.Seats(course.Capacity))
	if v.Forms.Title == (ui.Field{}) {
		v.Forms.Title.Value = course.Title
	}
	if v.Forms.Capacity == (ui.Field{}) {
		v.Forms.Capacity.Value = strconv.Itoa(course.Capacity)
	}
}

// studentsToSeat lists the students to whom the registrar may give a place: those who wait for
// a free seat first, and then those who have no place here.
func (v *courseView) studentsToSeat(found courseAnswers) (all []ui.Option) {
	if !v.Seats.Full() && v.Find == "" {
		for i, member := range found.waiting.Rows {
			all = append(all, ui.Option{ID: string(member.ID), Name: member.Called() + ", " + ui.Ordinal(i+1) + " in line"})
		}
	}
	return append(all, site.StudentsOf(found.others)...)
}

// BusyNote says to a visitor with ten courses what that means for the course, or is "".
func (v courseView) BusyNote() string {
	switch {
	case v.Past() || v.Acting.CoursesTaken < courses.MaxCourses || v.Seats.Yours || v.Seats.Archived:
		return ""
	case v.Seats.Full() || v.Seats.Place > 0:
		return "You take ten courses already. You can wait here, and get a seat once you have room."
	default:
		return "You take ten courses already. Swap one for this one, or give one back first."
	}
}

// QueueNote says who in line gets the next seat.
func (v courseView) QueueNote() string {
	if !v.Seats.Full() && !v.Seats.Archived {
		return "A seat is free. It goes to the first in line who has room."
	}
	return "The next free seat goes to the first who has room."
}

// askAgain shows a form of the course's page again, with what is wrong with it. The page of
// an archived course has no forms, so the answer is a notice.
func (p *Pages) askAgain(v *site.Visit, course readmodel.Course, status int, forms courseForms) error {
	if course.Archived {
		return p.declined(v, courses.ArchiveCourse{Course: course.ID}, "", story.CourseURL(course.ID), courses.ErrCourseArchived)
	}
	return p.showCourse(v, course.ID, status, nil, forms)
}

// courseAt returns the course that an address names. A course that the read model does not
// know yet has its id as its title: only the decision says whether the course exists.
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
	Text: "A course is not a record that is overwritten. Its seats, its title and its waitlist follow from the events with its tag, which are listed below. " +
		"A decision reads only the types of them that it needs, so a new title disturbs nobody who takes a seat.",
	URL: story.SourceURL("domain/courses/projections.go", "SeatsTaken"), Words: "How the seats taken are counted",
}
