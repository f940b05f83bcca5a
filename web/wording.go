package web

import (
	"strconv"

	"go-crablet/domain/courses"
)

// An eventWords is how pages speak of one event.
type eventWords struct {
	Icon     string // a symbol of the sprite
	Kind     string // what happened, without whom: "subscribed"
	Label    string // the one word that tells it from its neighbours: a name, a number
	Sentence string // all of it
}

// words puts an event into words. The names are those of the term, which may be
// younger than the event.
func words(term *courses.Term, eventType string, data []byte) eventWords {
	fact, err := courses.Decode(eventType, data)
	if err != nil {
		fact = nil // show what can be shown
	}
	switch e := fact.(type) {
	case courses.CourseDefined:
		return eventWords{
			"t-defined", "course defined", strconv.Itoa(e.Capacity),
			e.Title + " was put on offer with " + seats(e.Capacity),
		}
	case courses.CourseCapacityChanged:
		return eventWords{
			"t-capacity", "capacity changed", strconv.Itoa(e.NewCapacity),
			courseTitle(term, e.Course) + " was given " + seats(e.NewCapacity),
		}
	case courses.CourseRenamed:
		return eventWords{
			"t-renamed", "title changed", e.NewTitle,
			"The course " + string(e.Course) + " was given the title " + e.NewTitle,
		}
	case courses.CourseArchived:
		return eventWords{"t-archived", "archived", "archived", courseTitle(term, e.Course) + " was archived"}
	case courses.StudentRegistered:
		return eventWords{"t-registered", "registered", e.Name, e.Name + " was registered"}
	case courses.StudentRenamed:
		return eventWords{
			"t-renamed", "name changed", e.NewName,
			"The student " + string(e.Student) + " was given the name " + e.NewName,
		}
	case courses.StudentSubscribedToCourse:
		return eventWords{
			"t-in", "subscribed", studentName(term, e.Student),
			studentName(term, e.Student) + " took a seat in " + courseTitle(term, e.Course),
		}
	case courses.StudentUnsubscribedFromCourse:
		return eventWords{
			"t-out", "left", studentName(term, e.Student),
			studentName(term, e.Student) + " left " + courseTitle(term, e.Course),
		}
	case courses.StudentJoinedWaitlist:
		return eventWords{
			"t-waits", "waits", studentName(term, e.Student),
			studentName(term, e.Student) + " joined the waitlist of " + courseTitle(term, e.Course),
		}
	case courses.StudentLeftWaitlist:
		return eventWords{
			"t-waited", "waits no longer", studentName(term, e.Student),
			studentName(term, e.Student) + " left the waitlist of " + courseTitle(term, e.Course),
		}
	default:
		return eventWords{"t-other", eventType, eventType, eventType}
	}
}

// studentName returns a student's name, or the id of one who is not there.
func studentName(term *courses.Term, id courses.StudentID) string {
	if student, ok := term.Student(id); ok {
		return student.Name
	}
	return string(id)
}

// courseTitle returns a course's title, or the id of one that is not there.
func courseTitle(term *courses.Term, id courses.CourseID) string {
	if course, ok := term.Course(id); ok {
		return course.Title
	}
	return string(id)
}

func seats(n int) string {
	if n == 1 {
		return "1 seat"
	}
	return strconv.Itoa(n) + " seats"
}

// ordinal words a place in a row: the first, the second.
func ordinal(n int) string {
	words := []string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"}
	if n < len(words) {
		return words[n]
	}
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// The addresses of pages.
func courseURL(id courses.CourseID) string   { return "/courses/" + string(id) }
func studentURL(id courses.StudentID) string { return "/students/" + string(id) }
func decisionURL(id string) string           { return "/decisions/" + id }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
