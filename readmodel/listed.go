package readmodel

import (
	"regexp"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// idOfRace is the form of the ids that a race gives to its courses and students.
var idOfRace = regexp.MustCompile(`^race-([a-z2-7]{10})-[a-z]+-[0-9]+$`)

// listed reports whether lists show the course or student that an event begins. Lists
// leave out the hundreds that each race begins, by the tag of the race.
//
// A program that appends over HTTP may put such a tag on an event, too. That hides only
// what the event begins: later events never change whether a course or student is listed.
//
// Older races have no tag. Their events have an id of a certain form and the correlation
// ID of the race. Anybody may choose such an id, but no client can choose a correlation
// ID. migrations/0007_readmodel_unlisted.sql applies the same rule to older rows.
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
	race := idOfRace.FindStringSubmatch(id)
	return race == nil || e.CorrelationID != "race-"+race[1]
}
