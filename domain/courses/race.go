package courses

import (
	"strings"

	"go-crablet/dcb"
)

// raceKey is the key of the tags of races.
const raceKey = "race"

// A RaceID names a race: invented students contend for the seats of invented courses, on
// the same log as the real term.
type RaceID string

// Tag is carried by every fact that defines a course of the race or registers a student
// of it. Lists leave them out by this tag, and not by their ids, which anybody may choose.
func (id RaceID) Tag() dcb.Tag { return dcb.NewTags(raceKey, string(id))[0] }

// RaceIn does for races what [CourseIn] does for courses.
func RaceIn(tag dcb.Tag) (RaceID, bool) {
	id, ok := strings.CutPrefix(string(tag), raceKey+":")
	return RaceID(id), ok
}
