// Package tags is the first step: an event has a tag for each thing that it is about.
package tags

import (
	"fmt"

	"go-crablet/dcb"
)

// TakeSeat returns the events that are stored when a student takes a seat in a course.
func TakeSeat(student, course string) []dcb.InputEvent {
	data := fmt.Appendf(nil, `{"student_id":%q,"course_id":%q}`, student, course)
	//workshop:write one event that is found by its course and by its student
	tags := dcb.NewTags("course_id", course, "student_id", student)
	//workshop:instead
	// tags := dcb.NewTags("course_id", course)
	//workshop:end
	return []dcb.InputEvent{dcb.NewInputEvent("SeatTaken", tags, data)}
}
