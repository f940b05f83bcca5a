package news

import (
	"go-crablet/web/live"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

// Pages tell those who look at a page what is new on it.
type Pages struct {
	*site.Site
	Viewers *live.Hub
	races   *race.Pages
	late    lateReceipts
}

// New returns what tells of the news: of the log, of receipts and of races.
func New(s *site.Site, races *race.Pages) *Pages {
	p := &Pages{Site: s, races: races}
	p.Viewers = live.NewHub(p.listen)
	return p
}

// HeldChanged invites those who look at a decision that is held.
func (p *Pages) HeldChanged(id string) { p.Viewers.Invite(string(site.HeldTopic(id))) }

// Close ends what runs for those who look, and waits for it.
func (p *Pages) Close() { p.Viewers.Close() }
