package imports

import (
	"errors"
	"net/http"

	"go-crablet/intake"
	"go-crablet/web/catalogue"
	"go-crablet/web/decisions"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// Pages are the pages of imports.
type Pages struct {
	*site.Site
	decisions *decisions.Pages
	imports   *intake.Store
	clerk     *intake.Clerk
}

// New returns the pages of the imports that clerk carries out.
func New(s *site.Site, decisions *decisions.Pages, imports *intake.Store, clerk *intake.Clerk) *Pages {
	return &Pages{s, decisions, imports, clerk}
}

// ids make the ids of new students and courses as the forms for one of them do.
var ids = intake.IDs{Course: catalogue.CourseIDOf, Student: catalogue.NeutralID}

// find returns the import that the address names.
func (p *Pages) find(v *site.Visit) (intake.Import, error) {
	found, err := p.imports.Find(v.Context(), v.ID("import"))
	if errors.Is(err, intake.ErrNotFound) {
		return found, site.Problem{
			Status: http.StatusNotFound, Title: "Not found",
			Text: "There is no such import, or it is older than those that are kept.",
			Next: ui.Link{URL: listURL, Words: "To the imports"},
		}
	}
	return found, err
}

const listURL = "/imports"

func importURL(id string) string { return listURL + "/" + id }

// Start starts an import, and leads to its page. A second press changes nothing.
func (p *Pages) Start(v *site.Visit) error {
	found, err := p.find(v)
	if err != nil {
		return err
	}
	if err := p.clerk.Start(v.Context(), found.ID); err != nil {
		return err
	}
	return v.Redirect(importURL(found.ID))
}

// Cancel ends an import before its last line, and leads to its page.
func (p *Pages) Cancel(v *site.Visit) error {
	found, err := p.find(v)
	if err != nil {
		return err
	}
	if err := p.imports.Cancel(v.Context(), found.ID); err != nil {
		return err
	}
	return v.Redirect(importURL(found.ID))
}
