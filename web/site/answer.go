package site

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
func (s *Site) handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(w, r)
		if err := h(v); err != nil {
			v.fail(err)
		}
	})
}

// fail answers an error, by the first row that it matches. Texts of refusals and of
// problems are for the visitor; those of other errors are for the log.
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

// An Elsewhere is an error whose answer is at another address of ours.
type Elsewhere string

func (address Elsewhere) Error() string { return "the answer is at " + string(address) }

func (v *Visit) leadElsewhere(err error) {
	address, _ := errors.AsType[Elsewhere](err)
	_ = v.Redirect(string(address))
}

// reload has a page loaded anew that wanted some of its areas.
func (v *Visit) reload(error) {
	v.W.Header().Set("HX-Refresh", "true")
	v.W.WriteHeader(http.StatusNoContent)
}

func (v *Visit) refuse(err error) {
	refusal, _ := errors.AsType[courses.Refusal](err)
	title := "Not possible"
	if StatusOf(refusal) == http.StatusNotFound {
		title = "Not found"
	}
	v.problem(Problem{StatusOf(refusal), title, ui.Sentence(refusal.Error()), onward(err)})
}

func (v *Visit) giveUp(err error) {
	v.Logger.WarnContext(v.Context(), "lost every attempt", "error", err)
	v.problem(Problem{http.StatusConflict, "Somebody was faster", lostText, Home})
}

func (v *Visit) hasLeft() bool {
	return errors.Is(v.Context().Err(), context.Canceled) && !v.isStopping()
}

func (v *Visit) noteLeaving(err error) {
	v.Logger.InfoContext(v.Context(), "the visitor left", "error", err, "request_id", v.RequestID())
}

// breakDown answers an error that is not the visitor's.
func (v *Visit) breakDown(err error) {
	v.Logger.ErrorContext(v.Context(), "request failed", "error", err,
		"method", v.R.Method, "path", v.R.URL.Path, "request_id", v.RequestID())
	p := v.internalProblem(err)
	p.Next = onward(err)
	if p.Status != http.StatusServiceUnavailable {
		v.problem(p)
		return
	}
	v.W.Header().Set("Retry-After", "2")
	v.problemAs(p, func(l Layout) templ.Component { return v.outagePage(l, p) })
}

// onward leads from an error to the receipt of its decision, if there is one.
func onward(err error) ui.Link {
	if failed, ok := errors.AsType[failedDecision](err); ok {
		return ui.Link{URL: story.DecisionURL(failed.receiptID), Words: "To the receipt of this decision"}
	}
	if undecoded, ok := errors.AsType[*dcb.DecodeError](err); ok {
		return ui.Link{URL: story.EventURL(undecoded.Position), Words: "To the event"}
	}
	return Home
}

// internalProblem says what went wrong by an error that is not the visitor's, by the first
// row that it matches. What to do about an outage, outagePage adds.
func (v *Visit) internalProblem(err error) Problem {
	outage := func(title, text string) Problem {
		return Problem{Status: http.StatusServiceUnavailable, Title: title, Text: text}
	}
	undecoded, unreadable := errors.AsType[*dcb.DecodeError](err)
	switch {
	case unreadable:
		return Problem{
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
	case v.DatabaseIsAway(v.Context(), err):
		return outage("The database does not answer", "")
	case errors.Is(err, context.DeadlineExceeded):
		return outage("This took too long", "There is much to do at the moment. ")
	default:
		return v.somethingBroke()
	}
}

// isStopping reports whether the request was ended because the program stops.
func (v *Visit) isStopping() bool { return errors.Is(context.Cause(v.Context()), dcb.ErrClosed) }

// DatabaseIsAway reports whether an error means that the database is away.
func (s *Site) DatabaseIsAway(ctx context.Context, err error) bool {
	return s.IsOutage(err) || !s.databaseAnswers(ctx)
}

func (v *Visit) somethingBroke() Problem {
	return Problem{
		http.StatusInternalServerError, "Something broke",
		"It is not your fault. If it happens again, report this request: " + v.RequestID(), Home,
	}
}

const lostText = "Every attempt met somebody else's event first, so nothing was changed. Try again."

// StatusOf returns the status that a refusal is answered with.
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
