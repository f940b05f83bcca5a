package web

import (
	"go-crablet/live"
)

// newsPages tell those who look at a page what is new on it.
type newsPages struct {
	*server
	viewers *live.Hub
	races   *racePages
	late    lateReceipts
}

// newNewsPages returns what tells of the news: of the log, of receipts and of races.
func newNewsPages(s *server, races *racePages) *newsPages {
	p := &newsPages{server: s, races: races}
	p.viewers = live.NewHub(p.listen)
	return p
}

// heldChanged invites those who look at a decision that is held.
func (p *newsPages) heldChanged(id string) { p.viewers.Invite(string(heldTopic(id))) }

// Close ends what runs for those who look, and waits for it.
func (p *newsPages) Close() { p.viewers.Close() }
