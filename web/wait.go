package web

import (
	"net/http"
	"strconv"
	"time"
)

// tooSoon returns how long a client has to wait before it may send more.
func (s *server) tooSoon(v *visit) time.Duration {
	if s.writes == nil {
		return 0
	}
	return s.writes.of(clientOf(v.R).network()).take()
}

// noteThrottled writes a line about a network that asks for too much, once in a minute.
func (s *server) noteThrottled(v *visit, what string) {
	c := clientOf(v.R)
	if s.noted.of(c.wideNetwork()).take() == 0 {
		s.Logger.WarnContext(v.R.Context(), "a network is throttled", "what", what, "network", c.wideNetwork().String(), "client", c.addr.String())
	}
}

type waitView struct {
	layout
	Wait  string // how long
	Form  keptForm
	Again bool // the form can be sent from here
}

// askToWait answers a form that was sent too soon. The page has the form in it, so
// that nothing needs to be typed again; only a passcode is never sent back.
func (s *server) askToWait(v *visit, wait time.Duration) error {
	s.noteThrottled(v, "forms")
	view := waitView{
		layout: layout{Title: "One moment", Database: s.Database, OpenDemo: s.openDemo()},
		Wait:   waiting(wait),
	}
	view.Form, view.Again = keep(v)
	v.W.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
	return s.render(v, http.StatusTooManyRequests, waitPage(view))
}
