package imports

import (
	"net/http"
	"time"

	"go-crablet/intake"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// mostListed is how many imports the list shows.
const mostListed = 20

type listView struct {
	site.Layout
	Form    form
	Imports []entry
}

// An entry is an import in the list.
type entry struct {
	URL, Words, Stage string
	At                time.Time
}

// List is the page with the form for a list, and with the latest imports.
func (p *Pages) List(v *site.Visit) error {
	chosen := intake.Kind(v.R.URL.Query().Get("kind"))
	if !chosen.Known() {
		chosen = intake.Students
	}
	return p.showList(v, http.StatusOK, form{Kind: chosen})
}

// showList renders the page with what was put into the form.
func (p *Pages) showList(v *site.Visit, status int, f form) error {
	latest, err := p.imports.Latest(v.Context(), mostListed)
	if err != nil {
		return err
	}
	view := listView{Form: f}
	for _, i := range latest {
		view.Imports = append(view.Imports, entry{importURL(i.ID), titleOf(i), stageWords[i.Stage], i.At.UTC()})
	}
	if view.Layout, err = v.Page("Import a list", sectionOf[f.Kind], nil); err != nil {
		return err
	}
	return v.Render(status, listPage(view))
}

// titleOf says what an import is: "480 students".
func titleOf(i intake.Import) string {
	one := map[intake.Kind]string{intake.Students: "student", intake.Courses: "course", intake.Enrolments: "enrolment"}[i.Kind]
	return ui.Grouped(i.Lines()) + " " + ui.Plural(i.Lines(), one, string(i.Kind))
}

var stageWords = map[intake.Stage]string{
	intake.Waiting: "Not started", intake.Started: "Under way", intake.Completed: "Done", intake.Cancelled: "Stopped",
}

var sectionOf = map[intake.Kind]string{
	intake.Students: site.SectionStudents, intake.Courses: site.SectionCourses, intake.Enrolments: site.SectionCourses,
}

var whyList = ui.Idea{
	Text: "A list is not one large decision: every line is decided by itself, so a line that is refused holds no other line up. " +
		"The preview decides all of them on a copy of the log that nobody else sees, by the same rules.",
	URL: story.SourceURL("dcb/log.go", "Log"), Words: "What a decision needs of a log",
}
