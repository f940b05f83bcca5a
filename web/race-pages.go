package web

import (
	"go-crablet/lab"
)

// racePages start races and comparisons, and show them.
type racePages struct {
	*server
	theatre *lab.Theatre
	follows raceFollowers
}

// newRacePages returns the pages of what a theatre shows.
func newRacePages(s *server, theatre *lab.Theatre) *racePages {
	return &racePages{server: s, theatre: theatre}
}
