package site

import (
	"errors"
	"net/http"
	"strconv"

	"go-crablet/web/guard"
	"go-crablet/web/ui"
)

// inTurn answers a request for a costly page when it is its turn. The error is a
// [guard.Crowd] if the turn does not come.
func (v *Visit) inTurn(do Handler) error {
	if v.Costly == nil {
		return do(v)
	}
	leave, err := v.Costly.Enter(v.Context(), v.Client().WideNetwork())
	if err != nil {
		return err
	}
	defer leave()
	return do(v)
}

// askLater answers a request for a costly page whose turn did not come.
func (v *Visit) askLater(err error) {
	c, _ := errors.AsType[guard.Crowd](err)
	p := Problem{http.StatusServiceUnavailable, "Not right now", "Many people ask for pages that read much of the log. ", Home}
	if c.Own {
		p.Status, p.Text = http.StatusTooManyRequests, "Your network asks for many pages that read much of the log. "
		v.noteThrottled(tooManyPages)
	}
	p.Text += "Decisions go first. Load this page again in " + ui.Seconds(c.Wait) + "."
	v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(c.Wait)))
	v.problem(p)
}
