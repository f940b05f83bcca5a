package web

import (
	"net/http"
	"strconv"
	"time"
)

// tooSoon returns how long a client has to wait before it may send more.
func (s *server) tooSoon(r *http.Request) time.Duration {
	if s.writes == nil {
		return 0
	}
	return s.writes.of(clientOf(r).network()).take()
}

// noteThrottled writes a line about a network that asks for too much, once in a minute.
func (s *server) noteThrottled(r *http.Request, what string) {
	c := clientOf(r)
	if s.noted.of(c.wideNetwork()).take() == 0 {
		s.Logger.WarnContext(r.Context(), "a network is throttled", "what", what, "network", c.wideNetwork().String(), "client", c.addr.String())
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
func (s *server) askToWait(w http.ResponseWriter, r *http.Request, wait time.Duration) error {
	s.noteThrottled(r, "forms")
	view := waitView{
		layout: layout{Title: "One moment", Database: s.Database, OpenDemo: s.openDemo()},
		Wait:   waiting(wait),
	}
	view.Form, view.Again = keep(r)
	w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
	return s.render(w, r, http.StatusTooManyRequests, waitPage(view))
}
