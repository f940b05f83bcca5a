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

// New returns the pages of decisions. The theatre knows the races that are under way: only
// a race itself may change its courses and students.
func New(s *site.Site, held *held.Pages, log *log.Pages, theatre *lab.Theatre) *Pages {
	return &Pages{s, held, log, theatre}
}
