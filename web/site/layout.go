package site

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// A Layout is what stands around the content of a page.
type Layout struct {
	Title     string
	Section   string // the entry of the main navigation that the page belongs to, or ""
	Path      string // the page's own address, to come back to after "act as"
	Notice    *Notice
	Acting    readmodel.Student // the zero Student when nobody
	Others    []readmodel.Student
	Registrar bool   // the visitor has the role
	MadeFor   string // the mark of the visitor
	OpenDemo  bool   // and so has everybody
	Position  int64  // of the last event that the page shows
	Lag       int64  // events of the log that it does not show yet
	Database  string
	Topics    []Topic // that the page wants news of; without one it stays as it is
	Here      string  // where to fetch it again
	Bars      []Bar
	Done      Steps   // what the visitor did for the first time
	Moment    *moment // as of which the page is, or nil for now
	LooksBack bool    // the page can be shown as of an earlier moment
	Refresh   int     // after how many seconds a page without scripts is loaded again, or 0
	RefreshTo string  // what is loaded then, or "" for the page itself
	Moving    bool    // the page goes on by itself
	Large     bool    // everything is as large as the back row needs it
}

// RefreshContent returns the two in the way of the meta element.
func (l Layout) RefreshContent() string {
	if l.RefreshTo == "" {
		return strconv.Itoa(l.Refresh)
	}
	return strconv.Itoa(l.Refresh) + "; url=" + l.RefreshTo
}

// LiveURL returns where to hear news from, or "". Names stand on every page, and so do the
// first students in the menu.
func (l Layout) LiveURL() string {
	if len(l.Topics) == 0 || l.Past() {
		return ""
	}
	all := []Topic{TypeTopic(courses.CourseRenamed{}), TypeTopic(courses.StudentRenamed{}), TypeTopic(courses.StudentForgotten{})}
	if len(l.Others) < maxOthers {
		all = append(all, TypeTopic(courses.StudentRegistered{}))
	}
	for _, t := range l.Topics {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return liveURL(all, l.Position)
}

// RefetchHeaders returns what the page is fetched again with.
func (l Layout) RefetchHeaders() string {
	headers, _ := json.Marshal(map[string]string{madeForHeader: l.MadeFor}) // texts can always be encoded
	return string(headers)
}

// The entries of the main navigation.
const (
	SectionCourses   = "Courses"
	SectionStudents  = "Students"
	SectionDecisions = "Decisions"
	SectionRace      = "Race"
	SectionLog       = "Log"
)

type navEntry struct{ Name, URL string }

func (Layout) Nav() []navEntry {
	return []navEntry{
		{SectionCourses, "/"},
		{SectionStudents, "/students"},
		{SectionDecisions, "/decisions"},
		{SectionRace, "/race"},
		{SectionLog, "/log"},
	}
}

// Someone reports whether the visitor acts as a student.
func (l Layout) Someone() bool { return l.Acting.ID != "" }

// MayActFor reports whether the visitor may do what a student does for themselves.
func (l Layout) MayActFor(student string) bool {
	return !l.Past() && (l.Registrar || student == string(l.Acting.ID))
}

// maxOthers bounds the menu of students to act as; a page lists them all.
const maxOthers = 8

// questions add what a page wants to know, for the visitor who looks at it.
type questions func(ask *readmodel.Questions, v Visitor)

// A Bar stands below the header of every page. It is made of the finished layout, and nil
// where there is nothing to say.
type Bar func(l Layout) templ.Component

// bars makes the bars of a page.
func (v *Visit) bars() []Bar {
	var all []Bar
	for _, make := range v.table.Bars {
		all = append(all, make(v))
	}
	return all
}

// BarsToShow are the bars that have something to say.
func (l Layout) BarsToShow() []templ.Component {
	var shown []templ.Component
	for _, make := range l.Bars {
		if content := make(l); content != nil {
			shown = append(shown, content)
		}
	}
	return shown
}

// Page begins a page: it finds out who is looking, and gets answers to the questions of the
// page and to those of its layout, all as of one moment; the questions may be nil. If the
// visitor was just sent here by a command, the layout gets the notice that says what became
// of it.
func (v *Visit) Page(title, section string, ofPage questions) (Layout, error) {
	if err := v.onlyNow(); err != nil {
		return Layout{}, err
	}
	who, err := v.Visitor()
	if err != nil {
		return Layout{}, err
	}
	if made := v.R.Header.Values(madeForHeader); v.IsRefetch() && len(made) > 0 && made[0] != who.mark() {
		return Layout{}, errOfAnother
	}
	own := v.Own()
	l := Layout{
		Title: title, Section: section, Path: v.R.URL.Path,
		Registrar: who.Registrar, OpenDemo: v.openDemo(), MadeFor: who.mark(),
		Database: v.Database, Here: v.R.URL.RequestURI(), Bars: v.bars(),
		Large: isLarge(own),
	}
	var left *pendingNotice
	if v.R.Method != http.MethodGet { // the answer to a command words its own notice
		l.Here = "" // fetching it would send the command again
	} else if !v.IsRefetch() {
		if left, err = v.takeResult(); err != nil {
			return l, err
		}
	}
	l.Done = StepsOf(v.Notes())
	var ask readmodel.Questions
	var first readmodel.Page[readmodel.Student]
	ask.Student(&l.Acting, who.Acting)
	ask.Students(&first, "", readmodel.Cursor{}, maxOthers+1)
	if left != nil {
		left.ask(&ask)
	}
	if ofPage != nil {
		ofPage(&ask, who)
	}
	term, err := v.Terms.Ask(v.Context(), &ask)
	if err != nil {
		return l, err
	}
	l.Position, l.Lag = term.Position, term.Lag()
	if l.Acting.Forgotten {
		l.Acting = readmodel.Student{} // nobody acts as them any more
	}
	for _, student := range first.Rows {
		if student.ID != l.Acting.ID && !student.Forgotten && len(l.Others) < maxOthers {
			l.Others = append(l.Others, student)
		}
	}
	if left != nil {
		n := l.tell(*left)
		l.Notice = &n
	}
	return l, nil
}
