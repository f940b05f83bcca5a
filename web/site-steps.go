package web

import (
	"math/bits"
	"net/http"
	"slices"
	"strconv"

	"github.com/gorilla/sessions"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// Steps are a set of what a visitor did for the first time. They are kept in the
// session, in one number, and only ever follow from what was really done: the tour
// offers the next step by them, and the first page shows what is left to try.
type steps int

const (
	choseSelf     steps = 1 << iota // acts as a student
	tookSeat                        // as that student
	openedReceipt                   // of such a seat
	usedLens
	metConflict // with a decision of their own
	watchedRace
	brokeAppend
	lookedBack
	onTour // asked to be shown around, and has not had enough

	allSteps = onTour - 1
)

const tourKey = "tour"

// stepsOf returns what a session holds. What is no number in it is nothing.
func stepsOf(session *sessions.Session) steps {
	kept, _ := session.Values[tourKey].(int)
	return steps(kept)
}

// keepSteps keeps what was done, and reports whether that is new. The session is then to
// be saved.
func keepSteps(session *sessions.Session, now steps) bool {
	if now == stepsOf(session) {
		return false
	}
	delete(session.Values, tourKey)
	if now != 0 {
		session.Values[tourKey] = int(now)
	}
	return true
}

func (s steps) has(all steps) bool { return s&all == all }

// count is how many steps are done.
func (s steps) count() int { return bits.OnesCount(uint(s & allSteps)) }

// far words how many steps are done: "3 of 8".
func (s steps) far() string { return strconv.Itoa(s.count()) + " of " + strconv.Itoa(allSteps.count()) }

// did notes that the visitor came to see something, on the page that shows it. Who has no
// session yet gets none by looking, and a page that is fetched for its areas only was
// looked at before.
func (v *visit) did(l *layout, what steps) {
	notes := v.notes()
	if v.R.Method != http.MethodGet || v.isRefetch() || v.isStranger() || !keepSteps(notes, stepsOf(notes)|what) {
		return
	}
	if err := notes.Save(v.R, v.W); err != nil {
		v.Logger.WarnContext(v.context(), "save the session", "error", err, "request_id", v.requestID())
	}
	l.Done = stepsOf(notes)
}

// decidedBy returns what a visitor did for the first time by a decision of their own,
// while acting as a student.
func decidedBy(student courses.StudentID, record receipt.Receipt) steps {
	var done steps
	if isSeatOf(student, record) {
		done |= tookSeat
	}
	if record.Conflicts() > 0 {
		done |= metConflict
	}
	return done
}

// isSeatOf reports whether a decision seated a student.
func isSeatOf(student courses.StudentID, record receipt.Receipt) bool {
	return student != "" && record.Outcome() == receipt.Appended &&
		slices.ContainsFunc(record.Last().Wanted[:1], func(e receipt.Event) bool {
			return e.Type == (courses.StudentSubscribedToCourse{}).EventType() && slices.Contains(e.Tags, student.Tag())
		})
}

// OnTour reports whether the visitor is being shown around.
func (l layout) OnTour() bool { return l.Done.has(onTour) }

// TourDone reports whether there is nothing left to show.
func (l layout) TourDone() bool { return l.Done.has(allSteps) }

// ownDecisions leads to what the visitor decided.
func (l layout) ownDecisions() ui.Link {
	if !l.Someone() {
		return ui.Link{URL: "/decisions", Words: "To the decisions"}
	}
	return ui.Link{URL: "/decisions?student=" + string(l.Acting.ID), Words: "To your decisions"}
}
