package held

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
	chosen := gapOf(own)
	if !chosen.On() {
		return take(v)
	}
	page := v.CameFrom(v.PageAbout())
	background := v.With(v.Context()) // a copy, which the handler leaves alone
	decision := Decision{
		Holder: site.RunnerOf(own), From: v.Client().WideNetwork().String(), Title: title, Page: page, Form: formOnce(v), Think: chosen.Think(),
		Take: func(ctx context.Context) (receipt.Result, error) {
			return p.takeBehind(background.With(ctx), take)
		},
	}
	for {
		h, joined, err := p.keeper.Hold(v.Context(), decision)
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

// takeBehind takes a decision that perhaps no request waits for any more. Then nothing
// else looks after its panic, nor at an error that came after it was held.
func (p *Pages) takeBehind(v *site.Visit, take func(*site.Visit) (receipt.Result, error)) (result receipt.Result, err error) {
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

// formOnce tells a form from all others by what is in it, its key included. Without a
// key it is "".
func formOnce(v *site.Visit) string {
	if v.Key() == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(v.R.URL.Path + "?" + v.R.PostForm.Encode()))
	return hex.EncodeToString(sum[:])
}

// Show is the page of a decision that is held. When it is over, it leads to its receipt.
func (p *Pages) Show(v *site.Visit) error {
	h, found := p.keeper.Find(v.ID("held"))
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
	return v.Render(http.StatusOK, heldPage(view))
}

func (p *Pages) notHeldHere(v *site.Visit) error {
	return site.Problem{
		Status: http.StatusNotFound, Title: "Not held here",
		Text: "This process holds no such decision. It may be over since long, and then its receipt is among the decisions. " +
			"It may be held by another process. Or the process that held it was stopped, and then nothing of it was appended.",
		Next: ui.Link{URL: "/decisions", Words: "To the decisions"},
	}
}

// holds reports whether a decision was asked for in the visitor's browser.
func (p *Pages) holds(v *site.Visit, h *Held) bool {
	runner, known := v.Own().Values[site.RunnerKey].(string)
	return known && h.IsOf(runner)
}

// LetGoOn lets the attempt go on that the visitor saw held.
func (p *Pages) LetGoOn(v *site.Visit) error {
	return p.act(v, (*Held).Continue)
}

// NeverMind ends the decision that the visitor saw held.
func (p *Pages) NeverMind(v *site.Visit) error {
	return p.act(v, (*Held).Cancel)
}

// longestAct is how long an answer waits for what comes of it: the page after it shows
// that at once, if it can.
const longestAct = 3 * time.Second

// act does something to a decision that the visitor holds, and leads to what becomes of
// it. Seen at another stop it is left alone: a second click on a button must not let the
// next attempt go on.
func (p *Pages) act(v *site.Visit, do func(h *Held, stop int) bool) error {
	h, found := p.keeper.Find(v.ID("held"))
	if !found {
		return p.notHeldHere(v)
	}
	if !p.holds(v, h) {
		return site.Denial(
			"Held by somebody else",
			"You can watch this decision, but only the browser that it was asked for in can let it go on.",
			ui.Link{URL: story.HeldURL(h.ID), Words: "Back to the decision"},
		)
	}
	stop, err := strconv.Atoi(v.Text("stop").Value)
	if err != nil {
		return site.BadRequest(
			http.StatusUnprocessableEntity,
			"It can't be told which attempt this is about. Send the field stop, as the page of the decision has it.",
		)
	}
	do(h, stop)
	ctx, cancel := context.WithTimeout(v.Context(), longestAct)
	defer cancel()
	h.Await(ctx)
	return v.Redirect(story.HeldURL(h.ID))
}

// heldOver leads to the receipt of a decision that was held, or says why there is none.
func (p *Pages) heldOver(v *site.Visit, h *Held, stage Stage) error {
	if v.IsRefetch() { // its page has none of the areas that were there
		v.W.Header().Set("HX-Redirect", story.HeldURL(h.ID))
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := p.didBehind(v, h, stage.Result); err != nil {
		return err
	}
	if stage.ReceiptID != "" {
		return v.Redirect(story.DecisionURL(stage.ReceiptID))
	}
	layout, err := v.Page(h.Title, site.SectionDecisions, nil)
	if err != nil {
		return err
	}
	layout.Path = h.Page
	return v.Render(http.StatusOK, heldOverPage(viewHeldOver(layout, h, stage)))
}

// didBehind notes what a decision came to that was held, for the visitor who held it. If
// it was a repetition, the next page says so; anything else is told by its receipt.
func (p *Pages) didBehind(v *site.Visit, h *Held, result receipt.Result) error {
	if !p.holds(v, h) {
		return nil
	}
	if notes := v.Notes(); result.RepeatOf > 0 && site.LeaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			return err
		}
	}
	if result.ReceiptID == "" {
		return nil
	}
	record, err := p.Receipts.Find(v.Context(), result.ReceiptID)
	if err != nil {
		return err
	}
	v.Did(&site.Layout{}, site.DecidedBy(site.Acting(v.Who()), record))
	return nil
}

var whyHeld = ui.Idea{
	Text: "Between reading and appending time passes, and nothing is locked meanwhile: everybody else goes on. " +
		"Held open, that gap shows what the condition is for: what lands outside the boundary goes by, and what lands inside turns the append away.",
	URL: story.SourceURL("dcb/trace.go", "Trace"), Words: "The hooks that can hold a decision up",
}
