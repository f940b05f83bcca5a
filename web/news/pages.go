package news

import (
	"go-crablet/web/live"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

// Pages tell viewers what is new on the page that they look at.
type Pages struct {
	*site.Site
	Viewers *live.Hub
	races   *race.Pages
	late    lateReceipts
}

// New returns what tells the news of the log, of receipts, and of races.
func New(s *site.Site, races *race.Pages) *Pages {
	p := &Pages{Site: s, races: races}
	p.Viewers = live.NewHub(p.listen)
	return p
}

// HeldChanged invites the viewers of a held decision. The keeper calls it at every change.
func (p *Pages) HeldChanged(id string) { p.Viewers.Invite(string(site.HeldTopic(id))) }

// RoomChanged invites the viewers of the room of a workshop. The rooms call it at every change.
func (p *Pages) RoomChanged(code string) { p.Viewers.Invite(string(site.RoomTopic(code))) }

// Close ends all streams and whatever runs for them, and waits for that.
func (p *Pages) Close() { p.Viewers.Close() }
