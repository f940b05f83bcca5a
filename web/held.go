package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/gap"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

var errPanicked = errors.New("the decision panicked")

// hold takes a decision and returns its result, as take does. If the visitor holds the
// gap open it is taken in the background instead, and when it is held the error is
// [elsewhere]. One that ends before it has anything to append is never held.
func (p *heldPages) hold(v *visit, title string, take func(*visit) (receipt.Result, error)) (receipt.Result, error) {
	own := v.own()
	chosen := gapOf(own)
	if !chosen.On() {
		return take(v)
	}
	page := v.cameFrom(v.pageAbout())
	background := v.with(v.context()) // a copy, which the handler leaves alone
	decision := gap.Decision{
		Holder: runnerOf(own), From: v.client().WideNetwork().String(), Title: title, Page: page, Form: formOnce(v), Think: chosen.Think(),
		Take: func(ctx context.Context) (receipt.Result, error) {
			return p.takeBehind(background.with(ctx), take)
		},
	}
	for {
		h, joined, err := p.keeper.Hold(v.context(), decision)
		if busy, ok := errors.AsType[gap.Busy](err); ok {
			return receipt.Result{}, problem{http.StatusConflict, "Not held", ui.Sentence(busy.Error()), ui.Link{URL: "/session/gap", Words: "To what you hold"}}
		}
		if err != nil {
			return receipt.Result{}, err
		}
		stage := h.Await(v.context())
		switch {
		case !stage.Over:
			return receipt.Result{}, elsewhere(story.HeldURL(h.ID))
		case !joined:
			return stage.Result, stage.Err
		}
		// The other click was faster and has its answer; this one finds it by itself.
	}
}

// takeBehind takes a decision that perhaps no request waits for any more. Then nothing
// else looks after its panic, nor at an error that came after it was held.
func (p *heldPages) takeBehind(v *visit, take func(*visit) (receipt.Result, error)) (result receipt.Result, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			p.Logger.ErrorContext(v.context(), "panic", "value", panicked, "stack", string(debug.Stack()),
				"request_id", v.requestID())
			err = errPanicked
		}
	}()
	result, err = take(v)
	_, refused := errors.AsType[courses.Refusal](err)
	ended := context.Cause(v.context()) != nil
	if gap.Stops(v.context()) > 0 && err != nil && !refused && !ended && !errors.Is(err, dcb.ErrConflict) {
		p.Logger.ErrorContext(v.context(), "a held decision broke off", "error", err, "request_id", v.requestID())
	}
	return result, err
}

// formOnce tells a form from all others by what is in it, its key included. Without a
// key it is "".
func formOnce(v *visit) string {
	if v.key() == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(v.R.URL.Path + "?" + v.R.PostForm.Encode()))
	return hex.EncodeToString(sum[:])
}

// held is the page of a decision that is held. When it is over, it leads to its receipt.
func (p *heldPages) held(v *visit) error {
	h, found := p.keeper.Find(v.id("held"))
	if !found {
		return p.notHeldHere(v)
	}
	stage := h.Stage()
	if stage.Over {
		return p.heldOver(v, h, stage)
	}
	view, err := p.viewHeld(v, h, stage)
	if err != nil {
		return err
	}
	if view.Number == 0 {
		v.W.Header().Set("Refresh", "1") // it has not decided yet, so there is nothing to look at
	}
	return v.render(http.StatusOK, heldPage(view))
}

func (p *heldPages) notHeldHere(v *visit) error {
	return problem{
		http.StatusNotFound, "Not held here",
		"This process holds no such decision. It may be over since long, and then its receipt is among the decisions. " +
			"It may be held by another process. Or the process that held it was stopped, and then nothing of it was appended.",
		ui.Link{URL: "/decisions", Words: "To the decisions"},
	}
}

// holds reports whether a decision was asked for in the visitor's browser.
func (p *heldPages) holds(v *visit, h *gap.Held) bool {
	runner, known := v.own().Values[runnerKey].(string)
	return known && h.IsOf(runner)
}

// letGoOn lets the attempt go on that the visitor saw held.
func (p *heldPages) letGoOn(v *visit) error {
	return p.act(v, (*gap.Held).Continue)
}

// neverMind ends the decision that the visitor saw held.
func (p *heldPages) neverMind(v *visit) error {
	return p.act(v, (*gap.Held).Cancel)
}

// longestAct is how long an answer waits for what comes of it: the page after it shows
// that at once, if it can.
const longestAct = 3 * time.Second

// act does something to a decision that the visitor holds, and leads to what becomes of
// it. Seen at another stop it is left alone: a second click on a button must not let the
// next attempt go on.
func (p *heldPages) act(v *visit, do func(h *gap.Held, stop int) bool) error {
	h, found := p.keeper.Find(v.id("held"))
	if !found {
		return p.notHeldHere(v)
	}
	if !p.holds(v, h) {
		return denial(
			"Held by somebody else",
			"You can watch this decision, but only the browser that it was asked for in can let it go on.",
			ui.Link{URL: story.HeldURL(h.ID), Words: "Back to the decision"},
		)
	}
	stop, err := strconv.Atoi(v.text("stop").Value)
	if err != nil {
		return badRequest(
			http.StatusUnprocessableEntity,
			"It can't be told which attempt this is about. Send the field stop, as the page of the decision has it.",
		)
	}
	do(h, stop)
	ctx, cancel := context.WithTimeout(v.context(), longestAct)
	defer cancel()
	h.Await(ctx)
	return v.redirect(story.HeldURL(h.ID))
}

// heldOver leads to the receipt of a decision that was held, or says why there is none.
func (p *heldPages) heldOver(v *visit, h *gap.Held, stage gap.Stage) error {
	if v.isRefetch() { // its page has none of the areas that were there
		v.W.Header().Set("HX-Redirect", story.HeldURL(h.ID))
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := p.didBehind(v, h, stage.Result); err != nil {
		return err
	}
	if stage.ReceiptID != "" {
		return v.redirect(story.DecisionURL(stage.ReceiptID))
	}
	layout, err := v.page(h.Title, sectionDecisions, nil)
	if err != nil {
		return err
	}
	layout.Path = h.Page
	return v.render(http.StatusOK, heldOverPage(viewHeldOver(layout, h, stage)))
}

// didBehind notes what a decision came to that was held, for the visitor who held it. If
// it was a repetition, the next page says so; anything else is told by its receipt.
func (p *heldPages) didBehind(v *visit, h *gap.Held, result receipt.Result) error {
	if !p.holds(v, h) {
		return nil
	}
	if notes := v.notes(); result.RepeatOf > 0 && leaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			return err
		}
	}
	if result.ReceiptID == "" {
		return nil
	}
	record, err := p.Receipts.Find(v.context(), result.ReceiptID)
	if err != nil {
		return err
	}
	v.did(&layout{}, decidedBy(acting(v.who()), record))
	return nil
}

var whyHeld = ui.Idea{
	Text: "Between reading and appending time passes, and nothing is locked meanwhile: everybody else goes on. " +
		"Held open, that gap shows what the condition is for: what lands outside the boundary goes by, and what lands inside turns the append away.",
	URL: story.SourceURL("dcb/trace.go", "Trace"), Words: "The hooks that can hold a decision up",
}
