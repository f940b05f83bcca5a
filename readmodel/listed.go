package readmodel

import (
	"regexp"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// racesID is the form of the ids that a race gives to its courses and students.
var racesID = regexp.MustCompile(`^race-([a-z2-7]{10})-[a-z]+-[0-9]+$`)

// listed reports whether lists show the course or student that an event begins. Lists
// leave out those of races, which come by the hundred. Their own pages show them.
//
// The event carries the tag of the race. A program that appends over HTTP may put such a
// tag on an event: that is its own claim, and it hides only what the event begins, since
// later events about a course or student never change whether it is listed.
//
// Older races have no tag. An event of theirs has an id of the race's form, and the
// race's correlation ID. Anybody may choose such an id, but no client can choose a
// correlation ID. migrations/0007_readmodel_unlisted.sql applies the same rule to the
// rows that were there before.
func listed(e dcb.Event, fact dcb.Fact) bool {
	ofRace := func(tag dcb.Tag) bool {
		_, is := courses.RaceIn(tag)
		return is
	}
	if slices.ContainsFunc(e.Tags, ofRace) {
		return false
	}
	var id string
	switch begins := fact.(type) {
	case courses.CourseDefined:
		id = string(begins.Course)
	case courses.StudentRegistered:
		id = string(begins.Student)
	}
	race := racesID.FindStringSubmatch(id)
	return race == nil || e.CorrelationID != "race-"+race[1]
}
