package catalogue

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A class is everybody who has a seat in a course, by name, and everybody who waits for one, the
// first in line first.
type class struct {
	course  readmodel.Course
	seated  readmodel.Page[readmodel.Member]
	waiting readmodel.Page[readmodel.Member]
}

// ask asks for the whole class. A course has at most as many seats as the rules allow.
func (c *class) ask(ask *readmodel.Questions, id courses.CourseID) {
	ask.Course(&c.course, id)
	ask.Seats(&c.seated, id, readmodel.Cursor{}, courses.MaxCapacity)
	ask.Waitlist(&c.waiting, id, readmodel.Cursor{}, courses.MaxWaiting)
}

// byName returns those who have a seat in the order of their names.
func (c *class) byName() []readmodel.Member {
	type sorted struct {
		name string
		readmodel.Member
	}
	all := make([]sorted, len(c.seated.Rows))
	for i, member := range c.seated.Rows {
		all[i] = sorted{readmodel.Folded(member.Name), member}
	}
	slices.SortFunc(all, func(a, b sorted) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.Since, b.Since)) })
	members := make([]readmodel.Member, len(all))
	for i := range all {
		members[i] = all[i].Member
	}
	return members
}

type classView struct {
	site.Layout
	ID      string
	Course  string // its title
	Seated  []classLine
	Waiting []classLine
}

// A classLine is one student in a class list. The id has a column of its own.
type classLine struct{ Number, Name, ID string }

// Count words how many have a seat, and how many wait.
func (v classView) Count() string {
	text := strconv.Itoa(len(v.Seated)) + " " + ui.Plural(len(v.Seated), "student has", "students have") + " a seat"
	if n := len(v.Waiting); n > 0 {
		text += ", and " + strconv.Itoa(n) + " " + ui.Plural(n, "waits", "wait")
	}
	return text + ", as of position " + strconv.FormatInt(v.Position, 10) + " of the log."
}

// Class is the page of the whole class of a course, for paper.
func (p *Pages) Class(v *site.Visit) error {
	id := courses.CourseID(v.ID("course"))
	view := classView{ID: string(id)}
	var found class
	var err error
	view.Layout, err = v.Page("Class list", site.SectionCourses, func(ask *readmodel.Questions, _ site.Visitor) { found.ask(ask, id) })
	if err != nil {
		return err
	}
	if found.course.ID == "" {
		return view.Missing(courses.ErrNoSuchCourse)
	}
	view.Course, view.Path = found.course.Called(), classURL(id)
	view.Title = "Class list of " + view.Course
	view.Seated, view.Waiting = classLines(found.byName()), classLines(found.waiting.Rows)
	view.Topics = []site.Topic{site.TagTopic(id.Tag())}
	return v.Render(http.StatusOK, classPage(view))
}

func classLines(members []readmodel.Member) []classLine {
	lines := make([]classLine, len(members))
	for i, member := range members {
		lines[i] = classLine{strconv.Itoa(i + 1), readmodel.Isolated(member.Name), string(member.ID)}
	}
	return lines
}

// classURL is the address of the class list of a course.
func classURL(course courses.CourseID) string { return story.CourseURL(course) + "/class" }

var whyClass = ui.Idea{
	Text: "The list comes from tables that are made from the log, so ten thousand names slow no decision down. " +
		"The position on top says up to which event the list was true.",
	URL: story.SourceURL("domain/courses/facts.go", "StudentSubscribedToCourse"), Words: "The fact behind a line of the list",
}
