package courses

import "go-crablet/dcb"

// types are those of all facts of this package.
var types = dcb.NewFactTypes(
	CourseDefined{}, CourseRenamed{}, CourseCapacityChanged{}, CourseArchived{},
	StudentRegistered{}, StudentRenamed{}, StudentForgotten{},
	StudentSubscribedToCourse{}, StudentUnsubscribedFromCourse{},
	StudentJoinedWaitlist{}, StudentLeftWaitlist{},
)

// Decode returns the fact in an event's data, or nil if the type is unknown here: a log
// may hold events of other packages, or of a newer version.
func Decode(eventType string, data []byte) (dcb.Fact, error) { return types.Decode(eventType, data) }
