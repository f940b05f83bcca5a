package site

import (
	"net/url"

	"github.com/a-h/templ"

	"go-crablet/nearby"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// A Layout is what surrounds the content of a page. The view of a page embeds it, and
// changes what the page knows better.
type Layout struct {
	Title    string
	Section  string    // the entry of the main navigation that the page belongs to, or ""
	Path     string    // the page's own address, to come back to after a form in its frame
	Query    string    // of that address: which part of its lists the page shows, and what is searched for
	Notice   *Notice   // what the visitor's last command did, or nil
	Promoted []ui.Link // the courses in which the student has got a seat while waiting; see promoted.go
	Database string
	Bars     []Bar
	Done     Steps // what the visitor did for the first time

	Sheet string // a stylesheet that this page alone has, or ""

	// StageMode is on when the visitor shows pages to a room. A page that has a picture then shows
	// its heading and what is marked with the attribute data-stage, as large as the screen.
	StageMode bool

	Identity
	PartOfLog
	Updates
}

// An Identity is who the visitor is, as a page shows it.
type Identity struct {
	Acting    readmodel.Student   // whom the visitor acts as; the zero Student for nobody
	Others    []readmodel.Student // some students whom the visitor can act as instead
	Registrar bool                // the visitor has the role
	OpenDemo  bool                // everybody has the role, because there is no passcode
	MadeFor   string              // the visitor's mark; see madefor.go
}

// Someone reports whether the visitor acts as a student.
func (i Identity) Someone() bool { return i.Acting.ID != "" }

// A PartOfLog says up to which position a page shows the log.
type PartOfLog struct {
	Position  int64   // of the last event that the page shows
	Lag       int64   // number of events after it that the read model has not read yet
	Source    string  // where the page was read, or "" if there is only one place
	Moment    *moment // the earlier moment that the page shows, or nil for now
	LooksBack bool    // the page can be shown as of an earlier moment

	kept url.Values // the parameters of its address that mean the same then
}

// lookBack is the address of the page as of its last event.
func (l Layout) lookBack() string {
	page := url.URL{Path: l.Path, RawQuery: l.kept.Encode()}
	return AsOfURL(page.String(), l.Position)
}

// Past reports whether the page shows an earlier moment. Nothing can be done on it then.
func (p PartOfLog) Past() bool { return p.Moment != nil }

// MayActFor reports whether the visitor may use the forms that are about a student.
func (l Layout) MayActFor(student string) bool {
	return !l.Past() && (l.Registrar || student == string(l.Acting.ID))
}

// From returns the address of the page as it is shown, for forms in its lists to come back to.
func (l Layout) From() string {
	if l.Query == "" {
		return l.Path
	}
	return l.Path + "?" + l.Query
}

// Answers reports whether the notice of the page is about a form that comes back to the button
// with an id.
func (l Layout) Answers(button string) bool {
	return button != "" && l.Notice != nil && l.Notice.Row == button
}

// bareLayout is for pages that need neither a session nor the database.
func (v *Visit) bareLayout(title string) Layout {
	return Layout{
		Title: title, Database: v.Database, Identity: Identity{OpenDemo: v.openDemo()}, PartOfLog: PartOfLog{Source: nearby.Source(v.Context())},
	}
}

// The entries of the main navigation.
const (
	SectionStage     = "Stage"
	SectionCourses   = "Courses"
	SectionStudents  = "Students"
	SectionDecisions = "Decisions"
	SectionRace      = "Race"
	SectionLog       = "Log"
)

type navEntry struct{ Name, URL string }

var navigation = []navEntry{
	{SectionStage, "/stage"},
	{SectionCourses, "/"},
	{SectionStudents, "/students"},
	{SectionDecisions, "/decisions"},
	{SectionRace, "/race"},
	{SectionLog, "/log"},
}

// A Bar makes what stands below the header of every page, from the finished layout. It
// returns nil if it has nothing to say.
type Bar func(l Layout) templ.Component

// bars begins the bars of a page.
func (v *Visit) bars() []Bar {
	var all []Bar
	for _, begin := range v.table.Bars {
		all = append(all, begin(v))
	}
	return all
}

// barsToShow are the bars that have something to say.
func (l Layout) barsToShow() []templ.Component {
	var shown []templ.Component
	for _, make := range l.Bars {
		if content := make(l); content != nil {
			shown = append(shown, content)
		}
	}
	return shown
}
