package lens

import (
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// titleOf is the title of the page. given is the course that a swap gives back, or "".
func titleOf(given string) string {
	if given == "" {
		return "What will subscribing read?"
	}
	return "What will swapping read?"
}

// Swaps reports whether the page is about a swap, and not about a subscription.
func (v pageView) Swaps() bool { return v.Given.ID != "" }

// command is what the form of the page asks for.
func (v pageView) command() dcb.Command {
	student, course, request := courses.StudentID(v.Student.ID), courses.CourseID(v.CourseID), courses.RequestID(v.Request)
	if v.Swaps() {
		return courses.SwapSeats{Student: student, From: courses.CourseID(v.Given.ID), To: course, Request: request}
	}
	return courses.SubscribeStudent{Student: student, Course: course, Request: request}
}

// FormURL is where the form of the page is sent.
func (v pageView) FormURL() string {
	if v.Swaps() {
		return story.CourseURL(courses.CourseID(v.CourseID)) + "/swaps"
	}
	return story.CourseURL(courses.CourseID(v.CourseID)) + "/subscriptions"
}

// otherSeats are the student's seats in other courses.
func (s *Surroundings) otherSeats() (seats []ui.Option) {
	for _, place := range s.places {
		if !place.Waiting && place.Course != s.Course.ID {
			seats = append(seats, ui.Option{ID: string(place.Course), Name: place.Called()})
		}
	}
	return seats
}

// ToGive are the courses to choose from: the student's other courses, and before them the
// chosen one if the student has no seat there.
func (v pageView) ToGive() []ui.Option {
	if !v.Swaps() || slices.Contains(v.Seats, v.Given) {
		return v.Seats
	}
	return append([]ui.Option{v.Given}, v.Seats...)
}

// drawingWords say what the drawing has inside, and what is wrong with it.
func (v pageView) drawingWords(d Drawing, all []check) drawingWords {
	if v.Swaps() {
		return swapWordsOf(d, v.Student.Name, v.Course, v.Given.Name, all)
	}
	return drawingWordsOf(d, v.Student.Name, v.Course)
}

func swapWordsOf(d Drawing, student, course, given string, all []check) drawingWords {
	switch d.Name {
	case "tag":
		return drawingWords{
			fmt.Sprintf("Whatever happens to %s, to %s or to %s is inside, whether a rule looks at it or not.", course, given, student),
			"Too large: nothing is missed, and a new title is a conflict.",
		}
	case "stream":
		return drawingWords{
			fmt.Sprintf("An aggregate’s stream: whatever happens to %s is inside. %s has a stream of its own. It is still read, but nothing guards it.", course, given),
			"It can’t hold both courses. " + missedSentence(all),
		}
	default:
		return drawingWords{
			fmt.Sprintf("What the rules look at: of %s what decides about its seats, of %s who waits and whether %s has a seat there. Both courses and the student are one boundary.", course, given, student),
			"Exact: whatever changes an answer is inside, and nothing else.",
		}
	}
}

// missedSentence counts those who are inside the exact boundary, and those of them who are not
// inside the drawn one.
func missedSentence(all []check) string {
	exact, missed := 0, 0
	for _, m := range all {
		if m.exact.Inside {
			exact++
			if !m.drawn.Inside {
				missed++
			}
		}
	}
	if missed == 0 {
		return "Of what could be done now, it misses nothing."
	}
	return fmt.Sprintf("It misses %d of the %d below that get inside the exact boundary.", missed, exact)
}
