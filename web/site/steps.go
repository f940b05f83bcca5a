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

// Steps are the set of steps that a visitor has done. The tour offers the next one, and the
// first page shows what is left to try. They are kept in the session, as one number.
type Steps int

// The steps. Each is set when the visitor does it for the first time.
const (
	ChoseSelf     Steps = 1 << iota // acts as a student
	TookSeat                        // for that student
	OpenedReceipt                   // of that decision
	UsedLens
	MetConflict // with an own decision
	WatchedRace
	BrokeAppend
	LookedBack
	OnTour // not a step: the visitor has begun the tour and not ended it

	AllSteps = OnTour - 1
)

// tourKey keeps the steps in the session of notes.
const tourKey = "tour"

// StepsOf returns the steps in a session, or none if the value is missing or not a number.
func StepsOf(session *sessions.Session) Steps {
	kept, _ := session.Values[tourKey].(int)
	return Steps(kept)
}

// KeepSteps sets the steps in a session, and reports whether they changed: then the session has
// to be saved.
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

// Has reports whether all of these steps are done.
func (s Steps) Has(all Steps) bool { return s&all == all }

// Count returns the number of steps that are done.
func (s Steps) Count() int { return bits.OnesCount(uint(s & AllSteps)) }

// Far words the progress: "3 of 8".
func (s Steps) Far() string { return strconv.Itoa(s.Count()) + " of " + strconv.Itoa(AllSteps.Count()) }

// Did adds a step that the visitor does by opening a page. It does nothing for visitors without
// a session, who get none by looking only, and nothing if the page is fetched again.
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

// DecidedBy returns the steps that a visitor does by a decision, while acting as a student.
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

// IsSeatOf reports whether a decision gave the student a seat.
func IsSeatOf(student courses.StudentID, record receipt.Receipt) bool {
	return student != "" && record.Outcome() == receipt.Appended &&
		slices.ContainsFunc(record.Last().Wanted[:1], func(e receipt.Event) bool {
			return e.Type == (courses.StudentSubscribedToCourse{}).EventType() && slices.Contains(e.Tags, student.Tag())
		})
}

// OnTour reports whether the visitor has begun the tour and not ended it.
func (l Layout) OnTour() bool { return l.Done.Has(OnTour) }

// TourDone reports whether all steps are done.
func (l Layout) TourDone() bool { return l.Done.Has(AllSteps) }

// OwnDecisions leads to the decisions of the student whom the visitor acts as, or to all.
func (l Layout) OwnDecisions() ui.Link {
	if !l.Someone() {
		return ui.Link{URL: "/decisions", Words: "To the decisions"}
	}
	return ui.Link{URL: "/decisions?student=" + string(l.Acting.ID), Words: "To your decisions"}
}
