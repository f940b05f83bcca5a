package catalogue

import (
	"go-crablet/web/decisions"
	"go-crablet/web/log"
	"go-crablet/web/site"
)

// Pages show courses and students, and carry out the forms about them.
type Pages struct {
	*site.Site
	decisions *decisions.Pages
	log       *log.Pages
}

// New returns the pages of courses and students.
func New(s *site.Site, decisions *decisions.Pages, log *log.Pages) *Pages {
	return &Pages{s, decisions, log}
}
