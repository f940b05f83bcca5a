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
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

var errPanicked = errors.New("the decision panicked")

// Hold takes a decision and returns its result, as take does. If the visitor holds the
// gap open it is taken in the background instead, and when it is held the error is
// [elsewhere]. One that ends before it has anything to append is never held.
func (p *Pages) Hold(v *site.Visit, title string, take func(*site.Visit) (receipt.Result, error)) (receipt.Result, error) {
	own := v.Own()
	chosen := choiceIn(own)
	if !chosen.On() {
		return take(v)
	}
	page := v.CameFrom(v.PageAbout())
	background := v.With(v.Context()) // a copy, which the handler leaves alone
	spec := Spec{
		Holder: site.RunnerOf(own), From: v.Client().WideNetwork().String(), Title: title, Page: page, Form: formDigest(v), Think: chosen.Think(),
		Take: func(ctx context.Context) (receipt.Result, error) {
			return p.takeInBackground(background.With(ctx), take)
		},
	}
	for {
		h, joined, err := p.keeper.Hold(v.Context(), spec)
		if busy, ok := errors.AsType[Busy](err); ok {
			return receipt.Result{}, site.Problem{Status: http.StatusConflict, Title: "Not held", Text: ui.Sentence(busy.Error()), Next: ui.Link{URL: "/session/gap", Words: "To what you hold"}}
		}
		if err != nil {
			return receipt.Result{}, err
		}
		stage := h.Await(v.Context())
		switch {
		case !stage.Over:
			return receipt.Result{}, site.Elsewhere(story.HeldURL(h.ID))
		case !joined:
			return stage.Result, stage.Err
		}
		// The other click was faster and has its answer; this one finds it by itself.
	}
}

// takeInBackground takes a decision that perhaps no request waits for any more. Then nothing
// else looks after its panic, nor at an error that came after it was held.
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

// formDigest tells a form from all others by what is in it, its key included. Without a
// key it is "".
func formDigest(v *site.Visit) string {
	if v.Key() == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(v.R.URL.Path + "?" + v.R.PostForm.Encode()))
	return hex.EncodeToString(sum[:])
}
