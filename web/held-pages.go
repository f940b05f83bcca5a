package web

import (
	"go-crablet/gap"
)

// heldPages hold decisions open, and show those that are held.
type heldPages struct {
	*server
	keeper *gap.Keeper
}

// newHeldPages returns the pages of the decisions that a keeper holds.
func newHeldPages(s *server, keeper *gap.Keeper) *heldPages { return &heldPages{s, keeper} }
