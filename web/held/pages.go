package held

import (
	"sync"

	"go-crablet/underway"
	"go-crablet/web/site"
)

// Pages are the pages on which visitors hold their decisions, and watch those that are held.
type Pages struct {
	*site.Site
	keeper   *Keeper
	underWay *underway.Store
	sharing  sync.WaitGroup // what shows decisions to other processes
}

// New returns the pages of the decisions that keeper holds, and of those that other processes
// show in underWay.
func New(s *site.Site, keeper *Keeper, underWay *underway.Store) *Pages {
	return &Pages{Site: s, keeper: keeper, underWay: underWay}
}

// Close closes the keeper, and waits until other processes can see the end of each decision. It
// returns how many decisions it ended.
func (p *Pages) Close() (ended int) {
	ended = p.keeper.Close()
	p.sharing.Wait()
	return ended
}
