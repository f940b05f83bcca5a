package imports

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/intake"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// linesPerPage is how many lines the page of an import shows.
const linesPerPage = 50

type pageView struct {
	site.Layout
	intake.Import
	Heading string
	Written string // how the file was written
	Tabs    []tab
	Lines   []lineView
	Pager   ui.Pager
}

// A tab leads to the lines of one state.
type tab struct {
	ui.Link
	Current bool
}

// Show is the page of one import: the preview, the progress, or the result.
func (p *Pages) Show(v *site.Visit) error {
	found, err := p.find(v)
	if err != nil {
		return err
	}
	state, err := stateIn(v)
	if err != nil {
		return err
	}
	all := site.List{Name: "lines", Label: "Lines", Path: importURL(found.ID)}
	if state != "" {
		all.With = url.Values{"state": {string(state)}}
	}
	at, err := all.At(v)
	if err != nil {
		return err
	}
	lines, err := p.imports.Lines(v.Context(), found.ID, state, intake.MaxLines)
	if err != nil {
		return err
	}
	lines, previous, next := pageOf(lines, at)
	view := pageView{Import: found, Heading: titleOf(found), Written: writtenWords(found.Written), Pager: all.Pager(at, previous, next)}
	var names readmodel.Names
	view.Layout, err = v.Page("Import of "+view.Heading, sectionOf[found.Kind], func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Names(&names, tagsOf(lines))
	})
	if err != nil {
		return err
	}
	view.Path, view.Tabs, view.Lines = importURL(found.ID), tabsOf(found, state), viewLines(found, lines, names)
	if found.Stage == intake.Started {
		view.Refresh, view.Moving = 2, true
	}
	return v.Render(http.StatusOK, importPage(view))
}

// pageOf returns the lines of the page at a cursor, and the cursors of its neighbours.
func pageOf(lines []intake.Line, at readmodel.Cursor) (page []intake.Line, previous, next *readmodel.Cursor) {
	from, to := 0, len(lines)
	for from < to && int64(lines[from].Number) <= at.After {
		from++
	}
	for at.Before > 0 && to > from && int64(lines[to-1].Number) >= at.Before {
		to--
	}
	if at.Before > 0 {
		from = max(from, to-linesPerPage)
	} else {
		to = min(to, from+linesPerPage)
	}
	page = lines[from:to]
	if from > 0 && len(page) > 0 {
		previous = &readmodel.Cursor{Before: int64(page[0].Number)}
	}
	if to < len(lines) && len(page) > 0 {
		next = &readmodel.Cursor{After: int64(page[len(page)-1].Number)}
	}
	return page, previous, next
}

// tagsOf returns the tags of the students and courses of lines.
func tagsOf(lines []intake.Line) (tags dcb.Tags) {
	for _, line := range lines {
		if line.Student != "" {
			tags = append(tags, line.Student.Tag())
		}
		if line.Course != "" {
			tags = append(tags, line.Course.Tag())
		}
	}
	return tags
}

// writtenWords says how a file was written.
func writtenWords(w intake.Written) string {
	words := "Read as " + w.Encoding + ", with " + w.Separator + " between the cells. "
	if w.Separator == intake.OneColumn {
		words = "Read as " + w.Encoding + ", in one column. "
	}
	if w.Header {
		words += "The first line names the columns."
	} else {
		words += "No line names the columns, so they are taken in the usual order."
	}
	if w.Unused != "" {
		words += " Not used: " + w.Unused + "."
	}
	return words
}

// states are the states that lines can be in, in the order of the page.
var states = []intake.State{intake.Done, intake.New, intake.There, intake.Refused}

// stateIn returns the state that the address names, or "" if it names none.
func stateIn(v *site.Visit) (intake.State, error) {
	state := intake.State(v.R.URL.Query().Get("state"))
	if state != "" && !slices.Contains(states, state) {
		return "", site.BadRequest(http.StatusBadRequest, "Lines are new, done, there or refused. Leave state out of the address to see all of them.")
	}
	return state, nil
}

// tabsOf returns the tabs of an import: one for all lines, and one for each state that some
// line is in.
func tabsOf(i intake.Import, chosen intake.State) []tab {
	tabs := []tab{{ui.Link{URL: importURL(i.ID), Words: ui.Grouped(i.Lines()) + " in all"}, chosen == ""}}
	for _, s := range states {
		if n := i.Counts[s]; n > 0 || s == chosen {
			link := ui.Link{URL: importURL(i.ID) + "?state=" + string(s), Words: ui.Grouped(n) + " " + inWords(s, i.Stage)}
			tabs = append(tabs, tab{link, s == chosen})
		}
	}
	return tabs
}

// Decided returns how many lines need no decision any more.
func (v pageView) Decided() int { return v.Import.Lines() - v.Counts[intake.New] }

// Progress says how far the import has come.
func (v pageView) Progress() string {
	return ui.Grouped(v.Decided()) + " of " + ui.Grouped(v.Import.Lines()) + " lines done"
}

// Act is what the button to start the import says, or "" if no line is new.
func (v pageView) Act() string {
	n := v.Counts[intake.New]
	if n == 0 {
		return ""
	}
	one := strings.TrimSuffix(string(v.Kind), "s")
	return "Import " + ui.Grouped(n) + " " + ui.Plural(n, one, string(v.Kind))
}

// Summary says how the import ended.
func (v pageView) Summary() string {
	var parts []string
	for _, s := range states {
		if n := v.Counts[s]; n > 0 {
			parts = append(parts, ui.Grouped(n)+" "+inWords(s, v.Stage))
		}
	}
	if v.Stage == intake.Cancelled {
		return "Stopped: " + ui.And(parts) + "."
	}
	return ui.And(parts) + "."
}

var whyImport = ui.Idea{
	Text: "Each line is a request of its own, and a request is carried out once. " +
		"So an import can be killed at any moment: when it goes on, the last lines are decided again, and nothing happens twice.",
	URL: story.SourceURL("domain/courses/once.go", "once"), Words: "How a request is carried out once",
}
