package web

import (
	"go-crablet/web/site"

	"go-crablet/web/decisions"
	"go-crablet/web/log"
)

// cataloguePages show courses and students, and carry out the forms about them.
type cataloguePages struct {
	*site.Site
	decisions *decisions.Pages
	log       *log.Pages
}

// newCataloguePages returns the pages of courses and students.
func newCataloguePages(s *site.Site, decisions *decisions.Pages, log *log.Pages) *cataloguePages {
	return &cataloguePages{s, decisions, log}
}
