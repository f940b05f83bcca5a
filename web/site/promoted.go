package site

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/sessions"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A browser remembers for which courses the students whom it acts as wait. When one of these
// places has become a seat, every page says so, until the page of the course or of the student
// was opened. No event says that somebody was told, so another browser tells it again, if it
// remembers the place on the waitlist, too.

// waitsKey keeps in the notes who waits for what, as lines like "ada compilers".
const waitsKey = "waits"

// mostWaits bounds the lines. The oldest go first: a cookie has little room.
const mostWaits = 12

func waitsOf(notes *sessions.Session) []string {
	kept, _ := notes.Values[waitsKey].(string)
	return strings.FieldsFunc(kept, func(r rune) bool { return r == '\n' })
}

func waitLine(student courses.StudentID, course courses.CourseID) string {
	return string(student) + " " + string(course)
}

// promotions compares the places of the acting student with what the browser remembers. It
// returns links to the courses in which a place on the waitlist has become a seat, and what to
// remember from now on. A seat that the pending notice tells of is not told once more.
func (v *Visit) promotions(student courses.StudentID, places []readmodel.Place, left *pendingNotice) (won []ui.Link, waits []string) {
	before := waitsOf(v.Notes())
	for _, line := range before {
		if !strings.HasPrefix(line, string(student)+" ") {
			waits = append(waits, line) // of another student
		}
	}
	seen := v.R.URL.Path == story.StudentURL(student)
	for _, place := range places {
		line, url := waitLine(student, place.Course), story.CourseURL(place.Course)
		isNew := !place.Waiting && slices.Contains(before, line) && !left.tellsOfSeat(student, place.Course)
		if isNew {
			won = append(won, ui.Link{URL: url, Words: place.Title})
		}
		if place.Waiting || isNew && !seen && v.R.URL.Path != url {
			waits = append(waits, line)
		}
	}
	return won, waits[max(0, len(waits)-mostWaits):]
}

// rememberWaits keeps what promotions returned. It does nothing if the page is fetched again, or
// answers a form: then the visitor may not have looked at it yet.
func (v *Visit) rememberWaits(waits []string) {
	notes := v.Notes()
	if v.R.Method != http.MethodGet || v.IsRefetch() || slices.Equal(waits, waitsOf(notes)) {
		return
	}
	notes.Values[waitsKey] = strings.Join(waits, "\n")
	if err := notes.Save(v.R, v.W); err != nil {
		v.Logger.WarnContext(v.Context(), "save the session", "error", err, "request_id", v.RequestID())
	}
}

// promotedTitle says in the title of a page that the student has got a seat.
func (l Layout) promotedTitle() string {
	titles := make([]string, len(l.Promoted))
	for i, course := range l.Promoted {
		titles[i] = course.Words
	}
	return "A seat in " + ui.And(titles) + "! "
}
