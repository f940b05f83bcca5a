package site

import (
	"context"
	"errors"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/guard"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// handle makes an http.Handler of a [Handler].
func (s *Site) handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(w, r)
		if err := h(v); err != nil {
			v.fail(err)
		}
	})
}

// fail answers an error by the first row that matches. Visitors read the texts of problems
// and refusals. The texts of all other errors are for the log only.
func (v *Visit) fail(err error) {
	for _, row := range []struct {
		matches bool
		answer  func(*Visit, error)
	}{
		{isA[Problem](err), (*Visit).showProblem},
		{isA[guard.Crowd](err), (*Visit).askLater},
		{isA[Elsewhere](err), (*Visit).leadElsewhere},
		{errors.Is(err, errOfAnother), (*Visit).reload},
		{isA[courses.Refusal](err), (*Visit).refuse},
		{errors.Is(err, dcb.ErrConflict), (*Visit).giveUp},
		{v.hasLeft(), (*Visit).noteLeaving},
		{true, (*Visit).breakDown},
	} {
		if row.matches {
			row.answer(v, err)
			return
		}
	}
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func (v *Visit) showProblem(err error) {
	p, _ := errors.AsType[Problem](err)
	v.problem(p)
}

// An Elsewhere is an error that is answered by leading to another address of this site.
type Elsewhere string

func (address Elsewhere) Error() string { return "the answer is at " + string(address) }

func (v *Visit) leadElsewhere(err error) {
	address, _ := errors.AsType[Elsewhere](err)
	_ = v.Redirect(string(address))
}

func (v *Visit) reload(error) {
	v.W.Header().Set("HX-Refresh", "true")
	v.W.WriteHeader(http.StatusNoContent)
}

// SendAway makes the script of a page leave it for another address of this site. It answers a page
// that is fetched again and is not there any more.
func (v *Visit) SendAway(address string) error {
	v.W.Header().Set("HX-Redirect", address)
	v.W.WriteHeader(http.StatusNoContent)
	return nil
}

// refuse answers a refusal that the handler has not shown on its own page.
func (v *Visit) refuse(err error) {
	refusal, _ := errors.AsType[courses.Refusal](err)
	title := "Not possible"
	if StatusOf(refusal) == http.StatusNotFound {
		title = "Not found"
	}
	v.problem(Problem{StatusOf(refusal), title, ui.Sentence(refusal.Error()), onward(err)})
}

// StatusOf returns the HTTP status of a refusal.
func StatusOf(refusal courses.Refusal) int {
	switch refusal {
	case courses.ErrNoSuchCourse, courses.ErrNoSuchStudent:
		return http.StatusNotFound
	case courses.ErrCourseIDInvalid, courses.ErrStudentIDInvalid,
		courses.ErrTitleInvalid, courses.ErrNameInvalid, courses.ErrCapacityOutOfRange, courses.ErrRequestIDInvalid:
		return http.StatusUnprocessableEntity
	default:
		return http.StatusConflict
	}
}

// giveUp answers a command that lost every attempt to a conflict.
func (v *Visit) giveUp(err error) {
	v.Logger.WarnContext(v.Context(), "lost every attempt", "error", err)
	v.problem(Problem{http.StatusConflict, "Somebody was faster", lostText, Home})
}

const lostText = "Somebody else's event came first at every attempt. Nothing was changed. Try again."

// hasLeft reports whether the visitor has closed the connection, so nobody reads an answer.
func (v *Visit) hasLeft() bool {
	return errors.Is(v.Context().Err(), context.Canceled) && !v.isStopping()
}

func (v *Visit) noteLeaving(err error) {
	v.Logger.InfoContext(v.Context(), "the visitor left", "error", err, "request_id", v.RequestID())
}

// A failedDecision is the error of a decision that failed and left a receipt.
type failedDecision struct {
	error
	receiptID string
}

func (f failedDecision) Unwrap() error { return f.error }

// WithReceipt adds the id of the decision's receipt to an error, so the answer can lead to the
// receipt. An empty id means that no receipt was kept, and adds nothing.
func WithReceipt(receiptID string, err error) error {
	if err == nil || receiptID == "" {
		return err
	}
	return failedDecision{err, receiptID}
}

// onward leads from an error to the receipt of its decision or to its event, else home.
func onward(err error) ui.Link {
	if failed, ok := errors.AsType[failedDecision](err); ok {
		return ui.Link{URL: story.DecisionURL(failed.receiptID), Words: "To the receipt of this decision"}
	}
	if undecoded, ok := errors.AsType[*dcb.DecodeError](err); ok {
		return ui.Link{URL: story.EventURL(undecoded.Position), Words: "To the event"}
	}
	return Home
}
