package web

import (
	"go-crablet/lab"
	"go-crablet/web/held"
	"go-crablet/web/log"
	"go-crablet/web/site"
)

// decisionPages take decisions, keep their receipts, and show them.
type decisionPages struct {
	*site.Site
	held    *held.Pages
	log     *log.Pages
	theatre *lab.Theatre
}

// newDecisionPages returns what takes decisions. Those about what a race of the theatre has
// made are left to that race.
func newDecisionPages(s *site.Site, held *held.Pages, log *log.Pages, theatre *lab.Theatre) *decisionPages {
	return &decisionPages{s, held, log, theatre}
}
