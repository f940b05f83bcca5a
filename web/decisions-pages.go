package web

import (
	"go-crablet/lab"
)

// decisionPages take decisions, keep their receipts, and show them.
type decisionPages struct {
	*server
	held    *heldPages
	log     *logPages
	theatre *lab.Theatre
}

// newDecisionPages returns what takes decisions. Those about what a race of the theatre has
// made are left to that race.
func newDecisionPages(s *server, held *heldPages, log *logPages, theatre *lab.Theatre) *decisionPages {
	return &decisionPages{s, held, log, theatre}
}
