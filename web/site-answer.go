package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/gap"
)

// handle makes a handler of one that may fail. It is the one place where errors
// become answers.
func (s *server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(w, r)
		if err := h(v); err != nil {
			v.fail(err)
		}
	})
}

// fail answers an error. Texts of refusals and of our own bad requests are for the
// visitor; those of other errors are for the log.
func (v *visit) fail(err error) {
	if request, ok := errors.AsType[badRequest](err); ok {
		v.problem(problem{request.status, "That did not work", request.text})
		return
	}
	if denied, ok := errors.AsType[denial](err); ok {
		v.problemLeading(problem{http.StatusForbidden, denied.title, denied.text}, denied.next)
		return
	}
	if c, ok := errors.AsType[crowd](err); ok {
		v.askLater(c)
		return
	}
	if errors.Is(err, errOfAnother) {
		v.W.Header().Set("HX-Refresh", "true")
		v.W.WriteHeader(http.StatusNoContent)
		return
	}
	if h, ok := errors.AsType[isHeld](err); ok {
		_ = v.redirect(heldURL(h.id))
		return
	}
	if busy, ok := errors.AsType[gap.Busy](err); ok {
		v.problemLeading(problem{http.StatusConflict, "Not held", sentence(busy.Error())}, link{"/session/gap", "To what you hold"})
		return
	}
	if refusal, ok := errors.AsType[courses.Refusal](err); ok {
		title := "Not possible"
		if statusOf(refusal) == http.StatusNotFound {
			title = "Not found"
		}
		v.problemLeading(problem{statusOf(refusal), title, sentence(refusal.Error())}, onward(err))
		return
	}
	if errors.Is(err, dcb.ErrConflict) {
		v.Logger.WarnContext(v.context(), "lost every attempt", "error", err)
		v.problem(problem{http.StatusConflict, "Somebody was faster", lostText})
		return
	}
	if errors.Is(v.context().Err(), context.Canceled) && !v.isStopping() {
		v.Logger.InfoContext(v.context(), "the visitor left", "error", err, "request_id", v.requestID())
		return
	}
	v.Logger.ErrorContext(v.context(), "request failed", "error", err,
		"method", v.R.Method, "path", v.R.URL.Path, "request_id", v.requestID())
	p := v.internalProblem(err)
	if p.Status == http.StatusServiceUnavailable {
		v.W.Header().Set("Retry-After", "2")
	}
	v.renderProblem(p, func(l layout) templ.Component {
		if p.Status == http.StatusServiceUnavailable {
			return v.outagePage(l, p, onward(err))
		}
		return problemPage(l, p, onward(err))
	})
}

// onward leads from an error to the receipt of its decision, if there is one.
func onward(err error) link {
	if failed, ok := errors.AsType[failedDecision](err); ok {
		return link{decisionURL(failed.receiptID), "To the receipt of this decision"}
	}
	if undecoded, ok := errors.AsType[*dcb.DecodeError](err); ok {
		return link{eventURL(undecoded.Position), "To the event"}
	}
	return link{"/", "To the courses"}
}

// internalProblem says what went wrong by an error that is not the visitor's. What to do
// about an outage, outagePage adds.
func (v *visit) internalProblem(err error) problem {
	undecoded, unreadable := errors.AsType[*dcb.DecodeError](err)
	switch {
	case unreadable:
		return problem{
			http.StatusInternalServerError, "An event can't be read",
			fmt.Sprintf("Every decision that looks at the event %s at position %d of the log fails, because the program can't make sense of its content. "+
				"Nothing was changed. Whoever wrote that event can tell what it means.", undecoded.Type, undecoded.Position),
		}
	case errors.Is(err, dcb.ErrUnknownOutcome):
		return problem{http.StatusServiceUnavailable, unknownTitle, unknownText}
	case errors.Is(err, dcb.ErrOtherHistory):
		return problem{
			http.StatusServiceUnavailable, "The log lost its end",
			"It ends before a position that was read already, as after a restore of a backup. ",
		}
	case errors.Is(err, dcb.ErrClosed) || v.isStopping():
		return problem{
			http.StatusServiceUnavailable, "The program is stopping",
			"It takes nothing on any more. ",
		}
	case v.isOutage(v.context(), err):
		return problem{http.StatusServiceUnavailable, "The database does not answer", ""}
	case errors.Is(err, context.DeadlineExceeded):
		return problem{http.StatusServiceUnavailable, "This took too long", "There is much to do at the moment. "}
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
		"It is not your fault. If it happens again, report this request: " + v.requestID(),
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
