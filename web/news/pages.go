package news

import (
	"sync/atomic"

	"go-crablet/web/held"
	"go-crablet/web/live"
	"go-crablet/web/operator"
	"go-crablet/web/race"
	"go-crablet/web/site"
)

// Pages tell viewers what is new on the page that they look at.
type Pages struct {
	*site.Site
	Viewers *live.Hub
	races   *race.Pages
	held    *held.Pages
	status  *operator.Pages
	late    lateReceipts
	told    atomic.Int64 // see Told
}

// New returns what tells the news of the log, of receipts, of races, of held
// decisions and of the status.
func New(s *site.Site, races *race.Pages, held *held.Pages, status *operator.Pages) *Pages {
	p := &Pages{Site: s, races: races, held: held, status: status}
	p.Viewers = live.NewHub(p.listen)
	return p
}

// Told returns the position of the log up to which viewers were told the news, or 0 if there are
// no viewers.
func (p *Pages) Told() int64 { return p.told.Load() }

// HeldChanged invites the viewers of a held decision. The keeper calls it at every change.
func (p *Pages) HeldChanged(id string) { p.Viewers.Invite(string(site.HeldTopic(id))) }

// RoomChanged invites the viewers of the room of a workshop. The rooms call it at every change.
func (p *Pages) RoomChanged(code string) { p.Viewers.Invite(string(site.RoomTopic(code))) }

// Close ends all streams and whatever runs for them, and waits for that.
func (p *Pages) Close() { p.Viewers.Close() }
