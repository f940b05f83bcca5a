// Package past is the twelfth step: events of an older version are read as they are.
package past

import (
	"encoding/json"

	"go-crablet/dcb"
)

// CourseDefined says that a course is on offer, with a number of seats.
type CourseDefined struct {
	Course   string `json:"course_id"`
	Capacity int    `json:"capacity"`
}

// EventType implements [dcb.Fact].
func (CourseDefined) EventType() string { return "CourseDefined" }

// Tags implements [dcb.Fact].
func (e CourseDefined) Tags() dcb.Tags { return dcb.NewTags("course_id", e.Course) }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *CourseDefined) UnmarshalJSON(data []byte) error {
	type today CourseDefined // the same fields, without this method
	if err := json.Unmarshal(data, (*today)(e)); err != nil {
		return err
	}
	//workshop:write the events of 2023 have the capacity in another field, "max_students"
	var older struct {
		MaxStudents *int `json:"max_students"`
	}
	if err := json.Unmarshal(data, &older); err != nil {
		return err
	}
	if older.MaxStudents != nil {
		e.Capacity = *older.MaxStudents
	}
	//workshop:instead
	//workshop:end
	return nil
}

// Capacity is the number of seats that a course offers.
func Capacity(course string) dcb.Projection[int] {
	return dcb.Project(0, dcb.NewTags("course_id", course),
		dcb.On(func(_ int, e CourseDefined) int { return e.Capacity }))
}
