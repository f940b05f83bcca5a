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
func (s *server) problem(v *visit, p problem) {
	s.problemLeading(v, p, link{"/", "To the courses"})
}

// problemLeading is a problem page that leads to where the visitor can go on.
func (s *server) problemLeading(v *visit, p problem, next link) {
	s.renderProblem(v, p, func(l layout) templ.Component { return problemPage(l, p, next) })
}

// renderProblem answers with a page about a problem.
func (s *server) renderProblem(v *visit, p problem, content func(layout) templ.Component) {
	around := layout{Title: p.Title, Database: s.Database, OpenDemo: s.openDemo()}
	if err := s.render(v, p.Status, content(around)); err != nil {
		s.Logger.ErrorContext(v.R.Context(), "render the problem page", "error", err)
		http.Error(v.W, p.Title, p.Status)
	}
}

func (s *server) noSuchPage(v *visit) error {
	s.problem(v, problem{http.StatusNotFound, "Not found", "There is no page at this address."})
	return nil
}

func (s *server) denyCrossOrigin(v *visit) error {
	s.problem(v, problem{
		http.StatusForbidden, "Sent from another site",
		"This form was sent from another site, so it was not carried out. Use the form on our own page.",
	})
	return nil
}
