package web

import (
	"go-crablet/gap"
	"go-crablet/web/site"
)

// heldPages hold decisions open, and show those that are held.
type heldPages struct {
	*site.Site
	keeper *gap.Keeper
}

// newHeldPages returns the pages of the decisions that a keeper holds.
func newHeldPages(s *site.Site, keeper *gap.Keeper) *heldPages { return &heldPages{s, keeper} }
