package web

import "go-crablet/web/site"

// tourPages show visitors around.
type tourPages struct {
	*site.Site
	held *heldPages
}

// newTourPages returns the tour, which takes decisions that are held.
func newTourPages(s *site.Site, held *heldPages) *tourPages { return &tourPages{s, held} }
