package site

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"go-crablet/dcb"
)

// breakDown logs and answers an error that the visitor did not cause.
func (v *Visit) breakDown(err error) {
	v.Logger.ErrorContext(v.Context(), "request failed", "error", err,
		"method", v.R.Method, "path", v.R.URL.Path, "request_id", v.RequestID())
	p := v.internalProblem(err)
	p.Next = onward(err)
	if p.Status != http.StatusServiceUnavailable {
		v.problem(p)
		return
	}
	v.W.Header().Set("Retry-After", p.retryAfter())
	v.problemAs(p, func(l Layout) templ.Component { return v.outagePage(l, p) })
}

// internalProblem words an error that the visitor did not cause, by the first case that
// matches. [Visit.outagePage] adds what the visitor can do about an outage.
func (v *Visit) internalProblem(err error) Problem {
	outage := func(title, text string) Problem {
		return Problem{Status: http.StatusServiceUnavailable, Title: title, Text: text}
	}
	undecoded, unreadable := errors.AsType[*dcb.DecodeError](err)
	switch {
	case unreadable:
		return Problem{
			Status: http.StatusInternalServerError, Title: "An event can't be read",
			Text: fmt.Sprintf("Every decision that reads the event %s at position %d of the log fails. "+
				"Nothing was changed. Ask whoever wrote that event what it means.", undecoded.Type, undecoded.Position),
		}
	case errors.Is(err, dcb.ErrUnknownOutcome):
		return outage(unknownTitle, "The connection to the database was lost before its answer came. ")
	case errors.Is(err, dcb.ErrOtherHistory):
		return outage("The log lost its end", "It ends before a position that was read already, as after a restore of a backup. ")
	case errors.Is(err, dcb.ErrClosed) || v.isStopping():
		return outage("The program is stopping", "It accepts nothing new. ")
	case v.IsFull(err):
		return outage(fullTitle, "Its disk or its memory is full. ")
	case v.DatabaseIsAway(v.Context(), err):
		return outage("The database does not answer", "")
	case errors.Is(err, context.DeadlineExceeded):
		return outage("This took too long", "There is much to do at the moment. ")
	default:
		return v.somethingBroke()
	}
}

func (v *Visit) somethingBroke() Problem {
	return Problem{
		http.StatusInternalServerError, "Something broke",
		"It is not your fault. If it happens again, report this request: " + v.RequestID(), Home,
	}
}

const (
	// unknownTitle is the title of an outage that leaves open whether the events were stored.
	unknownTitle = "It is unknown whether it was stored"

	// fullTitle is the title of an outage that may last until somebody makes space.
	fullTitle = "The database is full"
)

// retryAfter is how many seconds a program waits before it sends a request again.
func (p Problem) retryAfter() string {
	if p.Title == fullTitle {
		return "60"
	}
	return "2"
}

// outagePage shows a problem that passes, and says what to do until then. A page is loaded
// again. A form with a request key can be sent again from here, since it is carried out once
// at most. A form without a key might be carried out twice, so the visitor is told to look
// first, unless it is known that nothing was stored.
func (v *Visit) outagePage(l Layout, p Problem) templ.Component {
	form, complete := v.sentForm(switchField)
	once, full := v.Key() != "" && complete, p.Title == fullTitle
	switch {
	case v.R.Method != http.MethodPost && full:
		p.Text += "Nothing is lost. Load the page again later."
		return problemPage(l, p)
	case v.R.Method != http.MethodPost:
		p.Text += "Nothing is lost. Load the page again in a moment."
		return problemPage(l, p)
	case !once && full:
		p.Text += "Nothing was stored. Send the form again later."
		return problemPage(l, p)
	case !once:
		p.Text += "Look whether your form went through before you send it again."
		return problemPage(l, p)
	case p.Title == unknownTitle:
		p.Text += "To find out, send the same form again. It is never carried out twice, and the answer says what happened."
		return againPage(l, p, form, "Find out")
	case full:
		p.Text += "Nothing was stored. Send the same form again later. It is carried out once at most."
		return againPage(l, p, form, "Send it again")
	default:
		p.Text += "Send the same form again in a moment. It is carried out once at most."
		return againPage(l, p, form, "Send it again")
	}
}

// isStopping reports whether the request was ended because the program stops.
func (v *Visit) isStopping() bool { return errors.Is(context.Cause(v.Context()), dcb.ErrClosed) }

// DatabaseIsAway reports whether the cause of an error is that the database does not answer. If
// the error itself does not tell, the database is asked.
func (s *Site) DatabaseIsAway(ctx context.Context, err error) bool {
	return s.IsOutage(err) || !s.databaseAnswers(ctx)
}
