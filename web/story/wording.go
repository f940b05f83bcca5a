package story

import (
	"strconv"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// An EventWords is how pages speak of one event.
type EventWords struct {
	Icon     string // a symbol of the sprite
	Kind     string // what happened, without whom: "subscribed"
	Label    string // the one word that tells it from its neighbours: a name, a number
	Sentence string // all of it
}

// Words puts an event into words. The names may be younger than the event. Texts are as long
// as the rules allow, whatever somebody else stored.
func Words(names readmodel.Names, eventType string, data []byte) EventWords {
	fact, err := courses.Decode(eventType, data)
	if err != nil {
		fact = nil // show what can be shown
	}
	switch e := fact.(type) {
	case courses.CourseDefined:
		return EventWords{
			"t-defined", "course defined", strconv.Itoa(e.Capacity),
			short(e.Title) + " was put on offer with " + ui.Seats(e.Capacity),
		}
	case courses.CourseCapacityChanged:
		return EventWords{
			"t-capacity", "capacity changed", strconv.Itoa(e.NewCapacity),
			short(names.Course(e.Course)) + " was given " + ui.Seats(e.NewCapacity),
		}
	case courses.CourseRenamed:
		return EventWords{
			"t-renamed", "title changed", short(e.NewTitle),
			"The course " + short(string(e.Course)) + " was given the title " + short(e.NewTitle),
		}
	case courses.CourseArchived:
		return EventWords{"t-archived", "archived", "archived", short(names.Course(e.Course)) + " was archived"}
	case courses.StudentRegistered:
		return EventWords{"t-registered", "registered", short(string(e.Name)), short(string(e.Name)) + " was registered"}
	case courses.StudentRenamed:
		return EventWords{
			"t-renamed", "name changed", short(string(e.NewName)),
			"The student " + short(string(e.Student)) + " was given the name " + short(string(e.NewName)),
		}
	case courses.StudentForgotten:
		return EventWords{"t-archived", "forgotten", short(string(e.Student)), "The student " + short(string(e.Student)) + " was forgotten"}
	case courses.StudentSubscribedToCourse:
		return EventWords{
			"t-in", "subscribed", short(names.Student(e.Student)),
			short(names.Student(e.Student)) + " took a seat in " + short(names.Course(e.Course)),
		}
	case courses.StudentUnsubscribedFromCourse:
		return EventWords{
			"t-out", "left", short(names.Student(e.Student)),
			short(names.Student(e.Student)) + " left " + short(names.Course(e.Course)),
		}
	case courses.StudentJoinedWaitlist:
		return EventWords{
			"t-waits", "waits", short(names.Student(e.Student)),
			short(names.Student(e.Student)) + " joined the waitlist of " + short(names.Course(e.Course)),
		}
	case courses.StudentLeftWaitlist:
		return EventWords{
			"t-waited", "waits no longer", short(names.Student(e.Student)),
			short(names.Student(e.Student)) + " left the waitlist of " + short(names.Course(e.Course)),
		}
	default:
		w := EventWords{"t-other", eventType, eventType, eventType}
		if err != nil {
			w.Sentence += ", whose content can't be read"
		}
		return w
	}
}

// short is the beginning of a text, as much of it as a title or a name has at most. A name
// that is sealed is kept whole, to be opened.
func short(text string) string {
	if len(text) <= courses.MaxText || courses.IsSealedName(sealed.Text(text)) {
		return text
	}
	runes := 0
	for i := range text {
		if runes++; runes > courses.MaxText {
			return text[:i] + "…"
		}
	}
	return text
}
