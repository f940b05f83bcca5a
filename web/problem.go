package web

import (
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/web/ui"
)

// A problem is a page that says what went wrong and where to go on. It is an error, too: a
// handler that returns one is answered with its page.
type problem struct {
	Status int
	Title  string
	Text   string
	Next   ui.Link // or the zero link
}

func (p problem) Error() string { return p.Title + ": " + p.Text }

var home = ui.Link{URL: "/", Words: "To the courses"}

// badRequest is a request that no form of ours sends. The text says what to do.
func badRequest(status int, text string) problem {
	return problem{status, "That did not work", text, home}
}

// denial says that a visitor may not do something, and what to do about it.
func denial(title, text string, next ui.Link) problem {
	return problem{http.StatusForbidden, title, text, next}
}

// problem answers with a page that needs neither session nor database.
func (v *visit) problem(p problem) {
	v.problemAs(p, func(l layout) templ.Component { return problemPage(l, p) })
}

// problemAs answers with another page about a problem.
func (v *visit) problemAs(p problem, content func(layout) templ.Component) {
	around := layout{Title: p.Title, Database: v.Database, OpenDemo: v.openDemo()}
	if err := v.render(p.Status, content(around)); err != nil {
		v.Logger.ErrorContext(v.context(), "render the problem page", "error", err)
		http.Error(v.W, p.Title, p.Status)
	}
}

func (v *visit) noSuchPage() error {
	return problem{http.StatusNotFound, "Not found", "There is no page at this address.", home}
}

func (v *visit) denyCrossOrigin() error {
	return problem{
		http.StatusForbidden, "Sent from another site",
		"This form was sent from another site, so it was not carried out. Use the form on our own page.", home,
	}
}
