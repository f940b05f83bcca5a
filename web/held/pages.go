package held

import "go-crablet/web/site"

// Pages are the pages on which visitors hold their decisions, and watch those that are held.
type Pages struct {
	*site.Site
	keeper *Keeper
}

// New returns the pages of the decisions that keeper holds.
func New(s *site.Site, keeper *Keeper) *Pages { return &Pages{s, keeper} }
