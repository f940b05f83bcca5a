package held

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"runtime/debug"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/guard"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

var errPanicked = errors.New("the decision panicked")

// Hold takes a decision and returns its result, as take does. If the visitor chose to hold
// their decisions, it is taken in the background; as soon as it is held, the error is
// [site.Elsewhere], which leads to its page. A decision that has nothing to append is not
// held, and its result is returned.
func (p *Pages) Hold(v *site.Visit, title string, take func(*site.Visit) (receipt.Result, error)) (receipt.Result, error) {
	own := v.Own()
	chosen := choiceIn(own)
	if !chosen.On() {
		return take(v)
	}
	background := v.With(v.Context()) // a copy: the handler may be done before the decision is
	spec := Spec{
		Holder: site.RunnerOf(own), From: v.Client().WideNetwork().String(), Title: title, Page: v.CameFrom(v.PageAbout()), Form: formDigest(v), Think: chosen.Think(), Here: isHere(v),
		Take: func(ctx context.Context) (receipt.Result, error) {
			return p.takeInBackground(background.With(ctx), take)
		},
	}
	for {
		d, joined, err := p.keeper.Hold(v.Context(), spec)
		if busy, ok := errors.AsType[Busy](err); ok {
			return receipt.Result{}, site.Problem{Status: http.StatusConflict, Title: "Not held", Text: ui.Sentence(busy.Error()), Next: ui.Link{URL: "/session/gap", Words: "To what you hold"}}
		}
		if err != nil {
			return receipt.Result{}, err
		}
		stage := d.Await(v.Context())
		if !stage.Over && !joined {
			p.share(d) // before the visitor is led to it, maybe by way of another process
		}
		switch {
		case !stage.Over:
			return receipt.Result{}, site.Elsewhere(story.HeldURL(d.ID))
		case !joined:
			return stage.Result, stage.Err
		}
		// The decision that was joined is over. Taken again, it finds its own events in the log.
	}
}

// isHere reports whether the visitor sits at the machine of the program.
func isHere(v *site.Visit) bool {
	return v.Client().Addr.IsLoopback() && guard.SignOfProxy(v.R.Header) == ""
}

// takeInBackground takes a decision whose request may be answered already. So it recovers a
// panic itself, and logs an error that happens after the decision was held.
func (p *Pages) takeInBackground(v *site.Visit, take func(*site.Visit) (receipt.Result, error)) (result receipt.Result, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			p.Logger.ErrorContext(v.Context(), "panic", "value", panicked, "stack", string(debug.Stack()),
				"request_id", v.RequestID())
			err = errPanicked
		}
	}()
	result, err = take(v)
	_, refused := errors.AsType[courses.Refusal](err)
	ended := context.Cause(v.Context()) != nil
	if Stops(v.Context()) > 0 && err != nil && !refused && !ended && !errors.Is(err, dcb.ErrConflict) {
		p.Logger.ErrorContext(v.Context(), "a held decision broke off", "error", err, "request_id", v.RequestID())
	}
	return result, err
}

// formDigest identifies a form by its address and all its fields. It is "" if the form has
// no key.
func formDigest(v *site.Visit) string {
	if v.Key() == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(v.R.URL.Path + "?" + v.R.PostForm.Encode()))
	return hex.EncodeToString(sum[:])
}
