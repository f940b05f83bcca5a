package web

import "go-crablet/web/site"

// cataloguePages show courses and students, and carry out the forms about them.
type cataloguePages struct {
	*site.Site
	decisions *decisionPages
	log       *logPages
}

// newCataloguePages returns the pages of courses and students.
func newCataloguePages(s *site.Site, decisions *decisionPages, log *logPages) *cataloguePages {
	return &cataloguePages{s, decisions, log}
}
