package held

import "go-crablet/web/site"

// Pages hold decisions open, and show those that are held.
type Pages struct {
	*site.Site
	keeper *Keeper
}

// New returns the pages of the decisions that a keeper holds.
func New(s *site.Site, keeper *Keeper) *Pages { return &Pages{s, keeper} }
