package catalogue

import (
	"go-crablet/intake"
	"go-crablet/web/decisions"
	"go-crablet/web/log"
	"go-crablet/web/site"
)

// Pages show courses and students, and carry out the forms about them.
type Pages struct {
	*site.Site
	decisions *decisions.Pages
	log       *log.Pages
	imports   *intake.Store
}

// New returns the pages of courses and students. A student who is forgotten is forgotten in the
// imports, too.
func New(s *site.Site, decisions *decisions.Pages, log *log.Pages, imports *intake.Store) *Pages {
	return &Pages{s, decisions, log, imports}
}
