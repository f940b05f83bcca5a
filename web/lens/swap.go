package lens

import (
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
