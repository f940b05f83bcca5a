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
)

// isHeld is the error of a command whose decision is held: what became of it is to be
// seen on its page.
type isHeld struct{ id string }

func (h isHeld) Error() string { return "the decision is held open" }

var errPanicked = errors.New("the decision panicked")

// hold takes a decision and returns its result, as take does. If the visitor holds the
// gap open it is taken in the background instead, and when it is held the error is
// [isHeld]. One that ends before it has anything to append is never held.
func (s *server) hold(r *http.Request, title string, take func(*http.Request) (gap.Result, error)) (gap.Result, error) {
	own := s.own(r)
	chosen := gapOf(own)
	if !chosen.On() {
		return take(r)
	}
	page, err := s.cameFrom(r, pageAbout(r))
	if err != nil {
		return gap.Result{}, err
	}
	background := r.WithContext(r.Context()) // a copy, which the handler leaves alone
	decision := gap.Decision{
		Holder: runnerOf(own), From: clientOf(r).wideNetwork().String(), Title: title, Page: page, Form: formOnce(r), Think: chosen.Think(),
		Take: func(ctx context.Context) (gap.Result, error) {
			return s.takeBehind(background.WithContext(ctx), take)
		},
	}
	for {
		h, joined, err := s.Gaps.Hold(r.Context(), decision)
		if err != nil {
			return gap.Result{}, err
		}
		stage := h.Await(r.Context())
		switch {
		case !stage.Over:
			return gap.Result{}, isHeld{h.ID}
		case !joined:
			return stage.Result, stage.Err
		}
		// The other click was faster and has its answer; this one finds it by itself.
	}
}

// takeBehind takes a decision that perhaps no request waits for any more. Then nothing
// else looks after its panic, nor at an error that came after it was held.
func (s *server) takeBehind(r *http.Request, take func(*http.Request) (gap.Result, error)) (result gap.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Logger.ErrorContext(r.Context(), "panic", "value", p, "stack", string(debug.Stack()),
				"request_id", dcb.CorrelationID(r.Context()))
			err = errPanicked
		}
	}()
	result, err = take(r)
	_, refused := errors.AsType[courses.Refusal](err)
	ended := context.Cause(r.Context()) != nil
	if gap.Stops(r.Context()) > 0 && err != nil && !refused && !ended && !errors.Is(err, dcb.ErrConflict) {
		s.Logger.ErrorContext(r.Context(), "a held decision broke off", "error", err, "request_id", dcb.CorrelationID(r.Context()))
	}
	return result, err
}

// formOnce tells a form from all others by what is in it, its key included. Without a
// key it is "".
func formOnce(r *http.Request) string {
	if requestOf(r) == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(r.URL.Path + "?" + r.PostForm.Encode()))
	return hex.EncodeToString(sum[:])
}

// held is the page of a decision that is held. When it is over, it leads to its receipt.
func (s *server) held(w http.ResponseWriter, r *http.Request) error {
	h, found := s.Gaps.Find(r.PathValue("held"))
	if !found {
		return s.notHeldHere(w, r)
	}
	stage := h.Stage()
	if stage.Over {
		return s.heldOver(w, r, h, stage)
	}
	view, err := s.viewHeld(w, r, h, stage)
	if err != nil {
		return err
	}
	if view.Number == 0 {
		w.Header().Set("Refresh", "1") // it has not decided yet, so there is nothing to look at
	}
	return s.render(w, r, http.StatusOK, heldPage(view))
}

func (s *server) notHeldHere(w http.ResponseWriter, r *http.Request) error {
	s.problemLeading(w, r, problem{
		http.StatusNotFound, "Not held here",
		"This process holds no such decision. It may be over since long, and then its receipt is among the decisions. " +
			"It may be held by another process. Or the process that held it was stopped, and then nothing of it was appended.",
	}, link{"/decisions", "To the decisions"})
	return nil
}

// holds reports whether a decision was asked for in the visitor's browser.
func (s *server) holds(r *http.Request, h *gap.Held) bool {
	runner, known := s.own(r).Values[runnerKey].(string)
	return known && h.IsOf(runner)
}

// letGoOn lets the attempt go on that the visitor saw held.
func (s *server) letGoOn(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, (*gap.Held).Continue)
}

// neverMind ends the decision that the visitor saw held.
func (s *server) neverMind(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, (*gap.Held).Cancel)
}

// longestAct is how long an answer waits for what comes of it: the page after it shows
// that at once, if it can.
const longestAct = 3 * time.Second

// act does something to a decision that the visitor holds, and leads to what becomes of
// it. Seen at another stop it is left alone: a second click on a button must not let the
// next attempt go on.
func (s *server) act(w http.ResponseWriter, r *http.Request, do func(h *gap.Held, stop int) bool) error {
	h, found := s.Gaps.Find(r.PathValue("held"))
	if !found {
		return s.notHeldHere(w, r)
	}
	if !s.holds(r, h) {
		return denial{
			"Held by somebody else",
			"You can watch this decision, but only the browser that it was asked for in can let it go on.",
			link{heldURL(h.ID), "Back to the decision"},
		}
	}
	stop, err := strconv.Atoi(text(r, "stop").Value)
	if err != nil {
		return badRequest{
			http.StatusUnprocessableEntity,
			"It can't be told which attempt this is about. Send the field stop, as the page of the decision has it.",
		}
	}
	do(h, stop)
	ctx, cancel := context.WithTimeout(r.Context(), longestAct)
	defer cancel()
	h.Await(ctx)
	return to(heldURL(h.ID))(w, r)
}

// toHeld leads to the page of a held decision.
func (s *server) toHeld(w http.ResponseWriter, r *http.Request) error {
	if h, found := s.Gaps.Find(r.PathValue("held")); found {
		return to(heldURL(h.ID))(w, r)
	}
	return s.notHeldHere(w, r)
}

// heldOver leads to the receipt of a decision that was held, or says why there is none.
func (s *server) heldOver(w http.ResponseWriter, r *http.Request, h *gap.Held, stage gap.Stage) error {
	if isRefetch(r) { // its page has none of the areas that were there
		w.Header().Set("HX-Redirect", heldURL(h.ID))
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := s.didBehind(w, r, h, stage.Result); err != nil {
		return err
	}
	if stage.ReceiptID != "" {
		return to(decisionURL(stage.ReceiptID))(w, r)
	}
	layout, err := s.visit(w, r, h.Title, sectionDecisions, nil)
	if err != nil {
		return err
	}
	layout.Path = h.Page
	return s.render(w, r, http.StatusOK, heldOverPage(viewHeldOver(layout, h, stage)))
}

// didBehind notes what a decision came to that was held, for the visitor who held it. If
// it was a repetition, the next page says so; anything else is told by its receipt.
func (s *server) didBehind(w http.ResponseWriter, r *http.Request, h *gap.Held, result gap.Result) error {
	if !s.holds(r, h) {
		return nil
	}
	if notes := s.notes(r); result.RepeatOf > 0 && leaveResult(notes, result) {
		if err := notes.Save(r, w); err != nil {
			return err
		}
	}
	if result.ReceiptID == "" {
		return nil
	}
	record, err := s.Receipts.Find(r.Context(), result.ReceiptID)
	if err != nil {
		return err
	}
	s.did(w, r, &layout{}, decidedBy(acting(s.who(r)), record))
	return nil
}
