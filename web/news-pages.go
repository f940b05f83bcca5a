package web

import (
	"go-crablet/live"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

// newsPages tell those who look at a page what is new on it.
type newsPages struct {
	*site.Site
	viewers *live.Hub
	races   *race.Pages
	late    lateReceipts
}

// newNewsPages returns what tells of the news: of the log, of receipts and of races.
func newNewsPages(s *site.Site, races *race.Pages) *newsPages {
	p := &newsPages{Site: s, races: races}
	p.viewers = live.NewHub(p.listen)
	return p
}

// heldChanged invites those who look at a decision that is held.
func (p *newsPages) heldChanged(id string) { p.viewers.Invite(string(site.HeldTopic(id))) }

// Close ends what runs for those who look, and waits for it.
func (p *newsPages) Close() { p.viewers.Close() }
