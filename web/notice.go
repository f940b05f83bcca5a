package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A notice says what became of the visitor's last command.
type notice struct {
	Kind    noticeKind
	Strong  string // the outcome in a few words
	Text    string // the rest of the sentence
	Receipt string // the id of the receipt, or ""
}

type noticeKind string

// The kinds of notice; each has an icon and a colour.
const (
	noticeDone    noticeKind = "seated"
	noticeRefused noticeKind = "refused"
	noticeLost    noticeKind = "conflict"
)

// Icon returns the symbol of the notice's kind.
func (n notice) Icon() string {
	switch n.Kind {
	case noticeRefused:
		return "i-refused"
	case noticeLost:
		return "i-conflict"
	default:
		return "i-check"
	}
}

// takeNotice returns the notice that a command left in the session, once.
func (s *server) takeNotice(w http.ResponseWriter, r *http.Request, session *sessions.Session, v visit) (*notice, error) {
	id, ok := session.Values[noticeKey].(string)
	if !ok {
		return nil, nil
	}
	delete(session.Values, noticeKey)
	if err := session.Save(r, w); err != nil {
		return nil, err
	}
	record, err := s.Receipts.Find(r.Context(), id)
	if errors.Is(err, receipt.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := noticeFor(v, record)
	return &n, nil
}

// noticeFor words the receipt of a command that was carried out.
func noticeFor(v visit, record receipt.Receipt) notice {
	n := notice{Kind: noticeDone, Strong: "Done", Text: record.Title + ".", Receipt: record.ID}
	last := record.Last()
	if len(last.Wanted) == 0 {
		n.Strong = "Done already"
		return n
	}
	n.Strong = done(last.Wanted[0])
	fact, _ := courses.Decode(last.Wanted[0].Type, last.Wanted[0].Data)
	switch e := fact.(type) {
	case courses.CourseDefined:
		n.Text = e.Title + " has " + seats(e.Capacity) + "."
	case courses.CourseRenamed:
		n.Text = "the course is called " + e.NewTitle + " now."
	case courses.CourseCapacityChanged:
		n.Text = courseTitle(v.term, e.Course) + " has " + seats(e.NewCapacity) + " now."
	case courses.CourseArchived:
		n.Text = courseTitle(v.term, e.Course) + " takes nobody any more."
	case courses.StudentRegistered:
		n.Text = e.Name + " can take a seat now."
	case courses.StudentRenamed:
		n.Text = "the student is called " + e.NewName + " now."
	case courses.StudentSubscribedToCourse:
		n.Text = v.someone(e.Student, "you have", "has") + " a seat in " + courseTitle(v.term, e.Course) + "."
	case courses.StudentUnsubscribedFromCourse:
		n.Text = v.someone(e.Student, "you have", "has") + " no seat in " + courseTitle(v.term, e.Course) + " any more."
	case courses.StudentJoinedWaitlist:
		place := len(known(last.Knew, "waiting").Items) + 1
		n.Text = v.someone(e.Student, "you are", "is") + " " + ordinal(place) + " in line for " + courseTitle(v.term, e.Course) + "."
	case courses.StudentLeftWaitlist:
		n.Text = v.someone(e.Student, "you wait", "waits") + " no longer for " + courseTitle(v.term, e.Course) + "."
	}
	if attempts := len(record.Attempts); attempts > 1 {
		n.Strong += " at the " + ordinal(attempts) + " attempt"
		n.Text = v.meanwhile(record) + " while you were deciding."
	}
	n.Text += v.consequences(last.Wanted)
	return n
}

// consequences words what else became of a command, or is "".
func (v visit) consequences(wanted []receipt.Event) string {
	up := promoted(wanted)
	names := studentNames(v.term, up)
	if i := slices.Index(up, v.Acting.ID); i >= 0 {
		names[i] = []string{"You", "you"}[min(i, 1)]
	}
	switch waited := len(wanted) - 1; {
	case len(up) > 0:
		return " " + and(names) + " moved up from the waitlist."
	case waited > 0 && wanted[0].Type == (courses.CourseArchived{}).EventType():
		return fmt.Sprintf(" %d %s no longer.", waited, plural(waited, "student waits", "students wait"))
	default:
		return ""
	}
}

// someone words who did something: "you have" when it is the visitor, else the
// name and "has".
func (v visit) someone(id courses.StudentID, you, other string) string {
	if id == v.Acting.ID {
		return you
	}
	return studentName(v.term, id) + " " + other
}

// meanwhile names the first event that got inside the boundary, and counts the rest.
func (v visit) meanwhile(record receipt.Receipt) string {
	var between []receipt.Event
	for _, attempt := range record.Attempts {
		if attempt.Conflict != nil {
			between = append(between, attempt.Conflict.Events...)
		}
	}
	text := words(v.term, between[0].Type, between[0].Data).Sentence
	switch more := len(between) - 1; more {
	case 0:
		return text
	case 1:
		return text + " and one more event got in between"
	default:
		return text + " and " + strconv.Itoa(more) + " more events got in between"
	}
}

// noticeOf words a command that was not carried out, if there is a reason that
// the visitor can do something about.
func noticeOf(receiptID string, err error) (notice, bool) {
	if refusal, ok := errors.AsType[courses.Refusal](err); ok && statusOf(refusal) == http.StatusConflict {
		return notice{noticeRefused, "Refused", refusal.Error() + ".", receiptID}, true
	}
	if errors.Is(err, dcb.ErrConflict) {
		return notice{noticeLost, "Somebody was faster", lostText, receiptID}, true
	}
	return notice{}, false
}
