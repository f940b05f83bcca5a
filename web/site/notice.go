package site

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A Notice says what the visitor's last command did.
type Notice struct {
	Kind    noticeKind
	Strong  string // the outcome in a few words
	Text    string // the rest of the sentence
	Receipt string // the id of the receipt, or ""
	Offer   *Offer // what the visitor may want instead, or nil
	Row     string // if it answers a form: the button in the page's lists that comes back into sight, or ""
}

// An Offer is a button in a notice. It sends a form that the page has at other times, such as
// "join the waitlist" when a course is full.
type Offer struct {
	Action  string            // address of the form
	Student courses.StudentID // whom it is for, or "" if the address says that
	From    string            // address of the page to come back to
	Words   string
}

type noticeKind string

// The kinds of notice; each has an icon and a colour.
const (
	noticeDone    noticeKind = "seated"
	NoticeRefused noticeKind = "refused"
	noticeLost    noticeKind = "conflict"
	noticeBefore  noticeKind = "outside" // nothing was left to do
)

// Icon returns the symbol of the notice's kind.
func (n Notice) Icon() string {
	switch n.Kind {
	case NoticeRefused:
		return "i-refused"
	case noticeLost:
		return "i-conflict"
	case noticeBefore:
		return "i-wait"
	default:
		return "i-check"
	}
}

// A pendingNotice is the result of a command that the next page has to tell.
type pendingNotice struct {
	receipt *receipt.Receipt // or nil if none was kept
	before  []dcb.Event      // if the command repeats a request: the events of that request

	names readmodel.Names // of what the receipt and the events are about
	now   related         // what the request was about, as it is now
}

// tellsOfSeat reports whether the notice tells that the student got a seat in the course. The
// notice of a request that was carried out before tells only of what was asked for.
func (n *pendingNotice) tellsOfSeat(student courses.StudentID, course courses.CourseID) bool {
	if n == nil || n.receipt == nil || len(n.before) > 0 {
		return false
	}
	seat := courses.StudentSubscribedToCourse{Student: student, Course: course}
	return slices.ContainsFunc(n.receipt.Last().Wanted, func(e receipt.Event) bool {
		fact, err := courses.Decode(e.Type, e.Data)
		return err == nil && fact == seat
	})
}

// The result of the last command in the notes, until a page tells it.
const (
	noticeKey = "receipt"   // the id of its receipt
	repeatKey = "repeat_of" // if it repeats a request, the position of the first event of that request
)

// LeaveResult puts the result of a command into the notes, for the next page to tell. It
// reports whether there is anything to tell: then the notes have to be saved.
func LeaveResult(notes *sessions.Session, result receipt.Result) bool {
	if result == (receipt.Result{}) {
		return false
	}
	notes.Values[noticeKey], notes.Values[repeatKey] = result.ReceiptID, result.RepeatOf
	return true
}

// takeResult takes the result of a command out of the notes, or returns nil if there is none.
func (v *Visit) takeResult() (*pendingNotice, error) {
	notes := v.Notes()
	id, ok := notes.Values[noticeKey].(string)
	if !ok {
		return nil, nil
	}
	repeatOf, _ := notes.Values[repeatKey].(int64)
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	var left pendingNotice
	record, err := v.Receipts.Find(v.Context(), id)
	switch {
	case err == nil:
		left.receipt = &record
		KeepSteps(notes, StepsOf(notes)|DecidedBy(Acting(v.Who()), record))
	case !errors.Is(err, receipt.ErrNotFound):
		return nil, err
	}
	if repeatOf > 0 {
		if left.before, err = v.eventsOfRequest(v.Context(), repeatOf); err != nil {
			return nil, err
		}
	}
	if err := notes.Save(v.R, v.W); err != nil || left.receipt == nil && len(left.before) == 0 {
		return nil, err
	}
	return &left, nil
}

// Done sends the visitor on after a command that was carried out. The next page tells its
// result.
func (v *Visit) Done(result receipt.Result, next string) error {
	if notes := v.Notes(); LeaveResult(notes, result) {
		if err := notes.Save(v.R, v.W); err != nil {
			// The command is carried out, the next page only can't tell.
			v.Logger.WarnContext(v.Context(), "save the session", "error", err, "request_id", v.RequestID())
		}
	}
	return v.Redirect(next)
}

// NoticeOf words the error of a command that was refused or lost every attempt. It returns
// false for any other error.
func NoticeOf(receiptID string, err error) (Notice, bool) {
	if refusal, ok := errors.AsType[courses.Refusal](err); ok && StatusOf(refusal) == http.StatusConflict {
		return Notice{Kind: NoticeRefused, Strong: "Refused", Text: refusal.Error() + ".", Receipt: receiptID}, true
	}
	if errors.Is(err, dcb.ErrConflict) {
		return Notice{Kind: noticeLost, Strong: "Somebody was faster", Text: lostText, Receipt: receiptID}, true
	}
	return Notice{}, false
}
