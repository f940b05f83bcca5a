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

type studentView struct {
	site.Layout
	ID        string
	Forgotten bool
	PlainText bool // the name stands in the log in plain text
	Unread    unreadView
	You       bool
	Slots     []slot
	Seats     []seatLine
	Waiting   []waitLine
	Archived  string // how many slots archived courses take, or ""
	Count     string
	Name      ui.Field // of the form that changes it
	Seen      string   // the name that the form changes, or "" if nobody can read it
	History   log.History
}

// Student is the page of one student.
func (p *Pages) Student(v *site.Visit) error {
	return p.showStudent(v, courses.StudentID(v.ID("student")), http.StatusOK, nil, ui.Field{})
}

func (p *Pages) showStudent(v *site.Visit, id courses.StudentID, status int, n *site.Notice, name ui.Field) error {
	view := studentView{ID: string(id), Name: name}
	var (
		found  readmodel.Student
		unread readmodel.Unread
		places []readmodel.Place
		err    error
	)
	view.Layout, err = v.PageAsOf("Student", site.SectionStudents, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Student(&found, id)
		ask.Unread(&unread, id.Tag())
		ask.PlacesOf(&places, id)
	})
	if err != nil {
		return err
	}
	if found.ID == "" || found.Forgotten && name.Error != "" { // the page has no form that could be filled in anew
		return view.Missing(courses.ErrNoSuchStudent)
	}
	view.Unread, view.Forgotten, view.PlainText = unreadOf("student", unread), found.Forgotten, found.Sealed == ""
	view.Slots = slotsOf(places)
	view.Archived = archivedIn(places)
	view.Seats, view.Waiting = seatsAndWaits(view.ID, places)
	view.Title, view.Path, view.You = found.Called(), story.StudentURL(id), id == view.Acting.ID
	view.Topics = []site.Topic{site.TagTopic(id.Tag()), archivedTopic}
	for _, place := range view.Waiting {
		view.Topics = append(view.Topics, site.TagTopic(place.Course.Tag())) // the student moves up when others leave
	}
	view.Count = strconv.Itoa(found.CoursesTaken) + " of " + strconv.Itoa(courses.MaxCourses) + " courses taken"
	if n != nil {
		view.Notice = n
	}
	if found.Name != courses.UnreadableName {
		view.Seen = found.Name
	}
	stillMeant(&view.Name, "The name is “"+found.Name+"” now.")
	if name == (ui.Field{}) {
		view.Name.Value = found.Name
	}
	if view.History, err = p.log.History(v, view.Layout, story.StudentURL(id), id.Tag()); err != nil {
		return err
	}
	return v.Render(status, view.InMoment(studentPage(view)))
}

// studentAt returns the id that an address names, if it can be the id of a student.
func studentAt(v *site.Visit) (courses.StudentID, error) {
	id := courses.StudentID(v.ID("student"))
	if !id.Valid() {
		return "", courses.ErrNoSuchStudent
	}
	return id, nil
}

var whyStudent = ui.Idea{
	Text: "A seat is one event with two tags, the course's and the student's. It is stored once and counts for both. " +
		"So one decision keeps the limit of the course and the limit of the student, without a saga between two aggregates.",
	URL: story.SourceURL("domain/courses/facts.go", "StudentSubscribedToCourse.Tags"), Words: "The tags of a seat",
}
