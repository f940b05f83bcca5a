package site

import (
	"net/http"
	"strconv"
	"sync/atomic"
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

// What a network may ask for too much of.
const (
	tooManyForms    = "forms"
	tooManyPages    = "costly pages"
	tooManyAttempts = "attempts at the passcode"
)

// Throttled counts the requests of networks that asked for too much.
type Throttled struct{ Forms, CostlyPages, Attempts atomic.Int64 }

func (t *Throttled) of(what string) *atomic.Int64 {
	switch what {
	case tooManyForms:
		return &t.Forms
	case tooManyPages:
		return &t.CostlyPages
	default:
		return &t.Attempts
	}
}

// noteThrottled counts that a network asks for too much, and logs it at most once a minute for
// each network.
func (v *Visit) noteThrottled(what string) {
	v.Throttled.of(what).Add(1)
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
	v.noteThrottled(tooManyForms)
	view := waitView{
		Layout: v.bareLayout("One moment"), Wait: ui.Seconds(wait),
	}
	view.Form, view.Again = v.sentForm()
	v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
	return v.Render(http.StatusTooManyRequests, waitPage(view))
}
