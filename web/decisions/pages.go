package decisions

import (
	"go-crablet/lab"
	"go-crablet/web/held"
	"go-crablet/web/log"
	"go-crablet/web/site"
)

// Pages take decisions, keep their receipts, and show them.
type Pages struct {
	*site.Site
	Held    *held.Pages
	log     *log.Pages
	theatre *lab.Theatre
}

// New returns what takes decisions. Those about what a race of the theatre has
// made are left to that race.
func New(s *site.Site, held *held.Pages, log *log.Pages, theatre *lab.Theatre) *Pages {
	return &Pages{s, held, log, theatre}
}
