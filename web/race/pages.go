package race

import (
	"net/http"

	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// Pages are the pages of races and comparisons.
type Pages struct {
	*site.Site
	theatre *lab.Theatre
	follows followed
}

// New returns the pages of the races and comparisons that theatre runs and keeps.
func New(s *site.Site, theatre *lab.Theatre) *Pages {
	return &Pages{Site: s, theatre: theatre}
}

// notFound answers that there is no such race or comparison. A page that watched one which was
// stopped or broke off is told so, too.
func (p *Pages) notFound(v *site.Visit) error {
	return v.ShowAgain(site.Problem{
		Status: http.StatusNotFound, Title: "Not found",
		Text: "There is no such run. It was stopped, it broke off, or it is too old.",
		Next: ui.Link{URL: "/race", Words: "To the races"},
	})
}
