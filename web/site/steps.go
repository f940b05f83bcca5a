package site

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
type Steps int

const (
	ChoseSelf     Steps = 1 << iota // acts as a student
	TookSeat                        // as that student
	OpenedReceipt                   // of such a seat
	UsedLens
	MetConflict // with a decision of their own
	WatchedRace
	BrokeAppend
	LookedBack
	OnTour // asked to be shown around, and has not had enough

	AllSteps = OnTour - 1
)

const tourKey = "tour"

// StepsOf returns what a session holds. What is no number in it is nothing.
func StepsOf(session *sessions.Session) Steps {
	kept, _ := session.Values[tourKey].(int)
	return Steps(kept)
}

// KeepSteps keeps what was done, and reports whether that is new. The session is then to
// be saved.
func KeepSteps(session *sessions.Session, now Steps) bool {
	if now == StepsOf(session) {
		return false
	}
	delete(session.Values, tourKey)
	if now != 0 {
		session.Values[tourKey] = int(now)
	}
	return true
}

func (s Steps) Has(all Steps) bool { return s&all == all }

// Count is how many steps are done.
func (s Steps) Count() int { return bits.OnesCount(uint(s & AllSteps)) }

// Far words how many steps are done: "3 of 8".
func (s Steps) Far() string { return strconv.Itoa(s.Count()) + " of " + strconv.Itoa(AllSteps.Count()) }

// Did notes that the visitor came to see something, on the page that shows it. Who has no
// session yet gets none by looking, and a page that is fetched for its areas only was
// looked at before.
func (v *Visit) Did(l *Layout, what Steps) {
	notes := v.Notes()
	if v.R.Method != http.MethodGet || v.IsRefetch() || v.isStranger() || !KeepSteps(notes, StepsOf(notes)|what) {
		return
	}
	if err := notes.Save(v.R, v.W); err != nil {
		v.Logger.WarnContext(v.Context(), "save the session", "error", err, "request_id", v.RequestID())
	}
	l.Done = StepsOf(notes)
}

// DecidedBy returns what a visitor did for the first time by a decision of their own,
// while acting as a student.
func DecidedBy(student courses.StudentID, record receipt.Receipt) Steps {
	var done Steps
	if IsSeatOf(student, record) {
		done |= TookSeat
	}
	if record.Conflicts() > 0 {
		done |= MetConflict
	}
	return done
}

// IsSeatOf reports whether a decision seated a student.
func IsSeatOf(student courses.StudentID, record receipt.Receipt) bool {
	return student != "" && record.Outcome() == receipt.Appended &&
		slices.ContainsFunc(record.Last().Wanted[:1], func(e receipt.Event) bool {
			return e.Type == (courses.StudentSubscribedToCourse{}).EventType() && slices.Contains(e.Tags, student.Tag())
		})
}

// OnTour reports whether the visitor is being shown around.
func (l Layout) OnTour() bool { return l.Done.Has(OnTour) }

// TourDone reports whether there is nothing left to show.
func (l Layout) TourDone() bool { return l.Done.Has(AllSteps) }

// OwnDecisions leads to what the visitor decided.
func (l Layout) OwnDecisions() ui.Link {
	if !l.Someone() {
		return ui.Link{URL: "/decisions", Words: "To the decisions"}
	}
	return ui.Link{URL: "/decisions?student=" + string(l.Acting.ID), Words: "To your decisions"}
}
