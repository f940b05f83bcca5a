package site

import (
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/web/ui"
)

// A Problem is a page that says what went wrong and where to go on. It is an error, too: a
// handler that returns one is answered with its page.
type Problem struct {
	Status int
	Title  string
	Text   string
	Next   ui.Link // or the zero link
}

func (p Problem) Error() string { return p.Title + ": " + p.Text }

var Home = ui.Link{URL: "/", Words: "To the courses"}

// BadRequest is a request that no form of ours sends. The text says what to do.
func BadRequest(status int, text string) Problem {
	return Problem{status, "That did not work", text, Home}
}

// Denial says that a visitor may not do something, and what to do about it.
func Denial(title, text string, next ui.Link) Problem {
	return Problem{http.StatusForbidden, title, text, next}
}

// problem answers with a page that needs neither session nor database.
func (v *Visit) problem(p Problem) {
	v.problemAs(p, func(l Layout) templ.Component { return problemPage(l, p) })
}

// problemAs answers with another page about a problem.
func (v *Visit) problemAs(p Problem, content func(Layout) templ.Component) {
	around := Layout{Title: p.Title, Database: v.Database, OpenDemo: v.openDemo()}
	if err := v.Render(p.Status, content(around)); err != nil {
		v.Logger.ErrorContext(v.Context(), "render the problem page", "error", err)
		http.Error(v.W, p.Title, p.Status)
	}
}

func (v *Visit) noSuchPage() error {
	return Problem{http.StatusNotFound, "Not found", "There is no page at this address.", Home}
}

func (v *Visit) denyCrossOrigin() error {
	return Problem{
		http.StatusForbidden, "Sent from another site",
		"This form was sent from another site, so it was not carried out. Use the form on our own page.", Home,
	}
}
