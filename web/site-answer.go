package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/guard"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// handle makes a handler of one that may fail.
func (s *server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(w, r)
		if err := h(v); err != nil {
			v.fail(err)
		}
	})
}

// fail answers an error, by the first row that it matches. Texts of refusals and of
// problems are for the visitor; those of other errors are for the log.
func (v *visit) fail(err error) {
	for _, row := range []struct {
		matches bool
		answer  func(*visit, error)
	}{
		{isA[problem](err), (*visit).showProblem},
		{isA[guard.Crowd](err), (*visit).askLater},
		{isA[elsewhere](err), (*visit).leadElsewhere},
		{errors.Is(err, errOfAnother), (*visit).reload},
		{isA[courses.Refusal](err), (*visit).refuse},
		{errors.Is(err, dcb.ErrConflict), (*visit).giveUp},
		{v.hasLeft(), (*visit).noteLeaving},
		{true, (*visit).breakDown},
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

func (v *visit) showProblem(err error) {
	p, _ := errors.AsType[problem](err)
	v.problem(p)
}

// An elsewhere is an error whose answer is at another address of ours.
type elsewhere string

func (address elsewhere) Error() string { return "the answer is at " + string(address) }

func (v *visit) leadElsewhere(err error) {
	address, _ := errors.AsType[elsewhere](err)
	_ = v.redirect(string(address))
}

// reload has a page loaded anew that wanted some of its areas.
func (v *visit) reload(error) {
	v.W.Header().Set("HX-Refresh", "true")
	v.W.WriteHeader(http.StatusNoContent)
}

func (v *visit) refuse(err error) {
	refusal, _ := errors.AsType[courses.Refusal](err)
	title := "Not possible"
	if statusOf(refusal) == http.StatusNotFound {
		title = "Not found"
	}
	v.problem(problem{statusOf(refusal), title, ui.Sentence(refusal.Error()), onward(err)})
}

func (v *visit) giveUp(err error) {
	v.Logger.WarnContext(v.context(), "lost every attempt", "error", err)
	v.problem(problem{http.StatusConflict, "Somebody was faster", lostText, home})
}

func (v *visit) hasLeft() bool {
	return errors.Is(v.context().Err(), context.Canceled) && !v.isStopping()
}

func (v *visit) noteLeaving(err error) {
	v.Logger.InfoContext(v.context(), "the visitor left", "error", err, "request_id", v.requestID())
}

// breakDown answers an error that is not the visitor's.
func (v *visit) breakDown(err error) {
	v.Logger.ErrorContext(v.context(), "request failed", "error", err,
		"method", v.R.Method, "path", v.R.URL.Path, "request_id", v.requestID())
	p := v.internalProblem(err)
	p.Next = onward(err)
	if p.Status != http.StatusServiceUnavailable {
		v.problem(p)
		return
	}
	v.W.Header().Set("Retry-After", "2")
	v.problemAs(p, func(l layout) templ.Component { return v.outagePage(l, p) })
}

// onward leads from an error to the receipt of its decision, if there is one.
func onward(err error) ui.Link {
	if failed, ok := errors.AsType[failedDecision](err); ok {
		return ui.Link{URL: story.DecisionURL(failed.receiptID), Words: "To the receipt of this decision"}
	}
	if undecoded, ok := errors.AsType[*dcb.DecodeError](err); ok {
		return ui.Link{URL: story.EventURL(undecoded.Position), Words: "To the event"}
	}
	return home
}

// internalProblem says what went wrong by an error that is not the visitor's, by the first
// row that it matches. What to do about an outage, outagePage adds.
func (v *visit) internalProblem(err error) problem {
	outage := func(title, text string) problem {
		return problem{Status: http.StatusServiceUnavailable, Title: title, Text: text}
	}
	undecoded, unreadable := errors.AsType[*dcb.DecodeError](err)
	switch {
	case unreadable:
		return problem{
			Status: http.StatusInternalServerError, Title: "An event can't be read",
			Text: fmt.Sprintf("Every decision that looks at the event %s at position %d of the log fails, because the program can't make sense of its content. "+
				"Nothing was changed. Whoever wrote that event can tell what it means.", undecoded.Type, undecoded.Position),
		}
	case errors.Is(err, dcb.ErrUnknownOutcome):
		return outage(unknownTitle, unknownText)
	case errors.Is(err, dcb.ErrOtherHistory):
		return outage("The log lost its end", "It ends before a position that was read already, as after a restore of a backup. ")
	case errors.Is(err, dcb.ErrClosed) || v.isStopping():
		return outage("The program is stopping", "It takes nothing on any more. ")
	case v.isOutage(v.context(), err):
		return outage("The database does not answer", "")
	case errors.Is(err, context.DeadlineExceeded):
		return outage("This took too long", "There is much to do at the moment. ")
	default:
		return v.somethingBroke()
	}
}

// isStopping reports whether the request was ended because the program stops.
func (v *visit) isStopping() bool { return errors.Is(context.Cause(v.context()), dcb.ErrClosed) }

// isOutage reports whether an error means that the database is away.
func (s *server) isOutage(ctx context.Context, err error) bool {
	return s.IsOutage(err) || !s.databaseAnswers(ctx)
}

func (v *visit) somethingBroke() problem {
	return problem{
		http.StatusInternalServerError, "Something broke",
		"It is not your fault. If it happens again, report this request: " + v.requestID(), home,
	}
}

const lostText = "Every attempt met somebody else's event first, so nothing was changed. Try again."

// statusOf returns the status that a refusal is answered with.
func statusOf(refusal courses.Refusal) int {
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
