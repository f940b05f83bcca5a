package courses

import (
	"encoding/json"
	"fmt"

	"go-crablet/dcb"
)

// factOf decodes one type of fact.
func factOf[E dcb.Fact](data []byte) (dcb.Fact, error) {
	var fact E
	err := json.Unmarshal(data, &fact)
	return fact, err
}

var decoders = map[string]func([]byte) (dcb.Fact, error){
	CourseDefined{}.EventType():                 factOf[CourseDefined],
	CourseRenamed{}.EventType():                 factOf[CourseRenamed],
	CourseCapacityChanged{}.EventType():         factOf[CourseCapacityChanged],
	CourseArchived{}.EventType():                factOf[CourseArchived],
	StudentRegistered{}.EventType():             factOf[StudentRegistered],
	StudentRenamed{}.EventType():                factOf[StudentRenamed],
	StudentForgotten{}.EventType():              factOf[StudentForgotten],
	StudentSubscribedToCourse{}.EventType():     factOf[StudentSubscribedToCourse],
	StudentUnsubscribedFromCourse{}.EventType(): factOf[StudentUnsubscribedFromCourse],
	StudentJoinedWaitlist{}.EventType():         factOf[StudentJoinedWaitlist],
	StudentLeftWaitlist{}.EventType():           factOf[StudentLeftWaitlist],
}

// Decode returns the fact in an event's data, or nil when the type is none of
// this package's: a log may hold events of others, or of a newer version.
func Decode(eventType string, data []byte) (dcb.Fact, error) {
	decode, known := decoders[eventType]
	if !known {
		return nil, nil
	}
	fact, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", eventType, err)
	}
	return fact, nil
}
