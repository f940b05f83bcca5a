package tour

import (
	"go-crablet/web/site"

	"go-crablet/web/held"
)

// Pages show visitors around.
type Pages struct {
	*site.Site
	held *held.Pages
}

// New returns the tour, which takes decisions that are held.
func New(s *site.Site, held *held.Pages) *Pages { return &Pages{s, held} }
