package readmodel

import (
	"regexp"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// racesID is the form of the ids of courses and students that were made for a race.
var racesID = regexp.MustCompile(`^race-([a-z2-7]{10})-[a-z]+-[0-9]+$`)

// listed reports whether lists show the course or student that an event begins. They
// leave out those of races, which come by the hundred; their own pages show them.
//
// The facts of a race carry its tag. Whoever appends an event over HTTP may put that tag
// on it, and only keeps what they define themselves out of the lists: no later event
// about a course or student is asked.
//
// Races were stored before there was the tag. Of these, the form of the id tells the
// race, and the event has to have its correlation ID. Anybody may choose an id of that
// form for a course, but nobody who sends a request chooses its correlation ID.
// migrations/0007_readmodel_unlisted.sql applies the same rule to rows that were there.
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
