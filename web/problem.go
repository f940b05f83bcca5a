package web

import (
	"net/http"

	"github.com/a-h/templ"
)

// A problem is a page that says what went wrong, and nothing else.
type problem struct {
	Status int
	Title  string
	Text   string
}

// problem answers with a page that needs neither session nor database.
func (v *visit) problem(p problem) {
	v.problemLeading(p, link{"/", "To the courses"})
}

// problemLeading is a problem page that leads to where the visitor can go on.
func (v *visit) problemLeading(p problem, next link) {
	v.renderProblem(p, func(l layout) templ.Component { return problemPage(l, p, next) })
}

// renderProblem answers with a page about a problem.
func (v *visit) renderProblem(p problem, content func(layout) templ.Component) {
	around := layout{Title: p.Title, Database: v.Database, OpenDemo: v.openDemo()}
	if err := v.render(p.Status, content(around)); err != nil {
		v.Logger.ErrorContext(v.context(), "render the problem page", "error", err)
		http.Error(v.W, p.Title, p.Status)
	}
}

func (v *visit) noSuchPage() error {
	v.problem(problem{http.StatusNotFound, "Not found", "There is no page at this address."})
	return nil
}

func (v *visit) denyCrossOrigin() error {
	v.problem(problem{
		http.StatusForbidden, "Sent from another site",
		"This form was sent from another site, so it was not carried out. Use the form on our own page.",
	})
	return nil
}
