package site

import (
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// A Problem is a page that says what went wrong and where to go on. It is an error, too: if a
// handler returns a problem, its page is the answer.
type Problem struct {
	Status int
	Title  string
	Text   string
	Next   ui.Link // where to go on; the zero Link is nowhere
}

func (p Problem) Error() string { return p.Title + ": " + p.Text }

// Home leads from a problem to the first page.
var Home = ui.Link{URL: "/", Words: "To the courses"}

// BadRequest is the problem of a request that no page of this site leads to. The text says
// what to send instead.
func BadRequest(status int, text string) Problem {
	return Problem{status, "That did not work", text, Home}
}

// Denial is the problem of a visitor who may not do something. The text says who may.
func Denial(title, text string, next ui.Link) Problem {
	return Problem{http.StatusForbidden, title, text, next}
}

// problem answers with the page of a problem, or with its text if a program asks for that. It can be
// shown whatever is broken.
func (v *Visit) problem(p Problem) {
	if v.wantsText() {
		_ = v.RenderText(p.Status, p.Text) // never an error
		return
	}
	v.problemAs(p, func(l Layout) templ.Component { return problemPage(l, p) })
}

// problemAs answers with a page of its own about a problem.
func (v *Visit) problemAs(p Problem, content func(Layout) templ.Component) {
	if err := v.Render(p.Status, content(v.layoutOf(p))); err != nil {
		v.Logger.ErrorContext(v.Context(), "render the problem page", "error", err)
		http.Error(v.W, p.Title, p.Status)
	}
}

// layoutOf returns the layout for the page of a problem. It still knows the visitor. If the
// program is to blame or has too much to do, if nobody has a session, or if the database does
// not answer, the page needs neither a session nor the database.
func (v *Visit) layoutOf(p Problem) Layout {
	bare := v.bareLayout(p.Title)
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests || v.table == nil || v.isStranger() {
		return bare
	}
	who, err := v.Visitor()
	if err != nil {
		return bare
	}
	l := v.layout(p.Title, "")
	l.Path, l.Query = "/", "" // nobody wants to come back here
	l.Registrar, l.MadeFor, l.Done = who.Registrar, who.mark(), StepsOf(v.Notes())
	var ask readmodel.Questions
	meet := l.askWho(&ask, who.Acting)
	if _, err := v.Terms.Ask(v.Context(), &ask); err != nil {
		return bare
	}
	meet()
	return l
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
