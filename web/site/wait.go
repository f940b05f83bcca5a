package site

import (
	"net/http"
	"strconv"
	"time"

	"go-crablet/web/ui"
)

// tooSoon returns how long a client has to wait before it may send more.
func (v *Visit) tooSoon() time.Duration {
	if v.writes == nil {
		return 0
	}
	return v.writes.Of(v.Client().Network()).Take()
}

// noteThrottled writes a line about a network that asks for too much, once in a minute.
func (v *Visit) noteThrottled(what string) {
	c := v.Client()
	if v.noted.Of(c.WideNetwork()).Take() == 0 {
		v.Logger.WarnContext(v.Context(), "a network is throttled", "what", what, "network", c.WideNetwork().String(), "client", c.Addr.String())
	}
}

type waitView struct {
	Layout
	Wait  string // how long
	Form  keptForm
	Again bool // the form can be sent from here
}

// askToWait answers a form that was sent too soon. The page has the form in it, so
// that nothing needs to be typed again; only a passcode is never sent back.
func (v *Visit) askToWait(wait time.Duration) error {
	v.noteThrottled("forms")
	view := waitView{
		Layout: Layout{Title: "One moment", Database: v.Database, OpenDemo: v.openDemo()},
		Wait:   ui.Seconds(wait),
	}
	view.Form, view.Again = v.keptForm()
	v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
	return v.Render(http.StatusTooManyRequests, waitPage(view))
}
