package race

import (
	"go-crablet/lab"
	"go-crablet/web/site"
)

// Pages start races and comparisons, and show them.
type Pages struct {
	*site.Site
	theatre *lab.Theatre
	follows raceFollowers
}

// New returns the pages of what a theatre shows.
func New(s *site.Site, theatre *lab.Theatre) *Pages {
	return &Pages{Site: s, theatre: theatre}
}
