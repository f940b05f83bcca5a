package web

import (
	"go-crablet/lab"
	"go-crablet/web/site"
)

// racePages start races and comparisons, and show them.
type racePages struct {
	*site.Site
	theatre *lab.Theatre
	follows raceFollowers
}

// newRacePages returns the pages of what a theatre shows.
func newRacePages(s *site.Site, theatre *lab.Theatre) *racePages {
	return &racePages{Site: s, theatre: theatre}
}
