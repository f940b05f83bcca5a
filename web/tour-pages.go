package web

import (
	"go-crablet/web/site"

	"go-crablet/web/held"
)

// tourPages show visitors around.
type tourPages struct {
	*site.Site
	held *held.Pages
}

// newTourPages returns the tour, which takes decisions that are held.
func newTourPages(s *site.Site, held *held.Pages) *tourPages { return &tourPages{s, held} }
