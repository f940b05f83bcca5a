package site

import (
	"net/http"
	"strconv"
	"time"

	"go-crablet/web/ui"
)

// tooSoon counts a form of a client and returns 0, or returns how long the client has to wait
// before it can send another one.
func (v *Visit) tooSoon() time.Duration {
	if v.writes == nil {
		return 0
	}
	return v.writes.Of(v.Client().Network()).Take()
}

// noteThrottled logs that a network asks for too much, at most once a minute for each network.
func (v *Visit) noteThrottled(what string) {
	c := v.Client()
	if v.noted.Of(c.WideNetwork()).Take() == 0 {
		v.Logger.WarnContext(v.Context(), "a network is throttled", "what", what, "network", c.WideNetwork().String(), "client", c.Addr.String())
	}
}

type waitView struct {
	Layout
	Wait  string // how long to wait
	Form  sentForm
	Again bool // the form can be sent from here
}

// askToWait answers a form that was sent too soon. The page has the form in it, so nothing has
// to be typed again, except a passcode.
func (v *Visit) askToWait(wait time.Duration) error {
	v.noteThrottled("forms")
	view := waitView{
		Layout: v.bareLayout("One moment"), Wait: ui.Seconds(wait),
	}
	view.Form, view.Again = v.sentForm()
	v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
	return v.Render(http.StatusTooManyRequests, waitPage(view))
}
