package site

import (
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Topic is something that a page can have news of. It has the form in which addresses have it.
type Topic string

const (
	TopicLog      Topic = "log"      // every event
	TopicReceipts Topic = "receipts" // every decision
	TopicStatus   Topic = "status"   // what happens at the moment, as a picture

	// Topics about one thing begin with one of these, and end with the name of the thing.
	aboutTag   = "tag "   // events with a tag
	AboutType  = "type "  // events of a type
	aboutSeats = "seats " // how many seats of a course are taken
	AboutHeld  = "held "  // the progress of a held decision
	AboutRace  = "race "  // the end of a race, and the progress of a comparison of strategies
	aboutLanes = "lanes " // the progress of a race, from one of its lanes on
	aboutRoom  = "room "  // how far the people in the room of a workshop are
)

// TagTopic is the topic of events with a tag.
func TagTopic(tag dcb.Tag) Topic { return Topic(aboutTag + string(tag)) }

// TypeTopic is the topic of events of the same type as fact.
func TypeTopic(fact dcb.Fact) Topic { return Topic(AboutType + fact.EventType()) }

// SeatsTopic is the topic of how many seats of a course are taken.
func SeatsTopic(course courses.CourseID) Topic { return Topic(aboutSeats + string(course)) }

// HeldTopic is the topic of the progress of a held decision.
func HeldTopic(id string) Topic { return Topic(AboutHeld + id) }

// RoomTopic is the topic of how far the people in the room of a workshop are.
func RoomTopic(code string) Topic { return Topic(aboutRoom + code) }

// RaceTopic is the topic of the end of a race, and of the progress of a comparison of strategies.
func RaceTopic(run string) Topic { return Topic(AboutRace + run) }

// LanesTopic is the topic of the progress of a race, for a page that shows its lanes from one
// on.
func LanesTopic(race string, from int) Topic {
	return Topic(aboutLanes + race + " " + strconv.Itoa(from))
}

// IsTimeless reports whether news on the topic t have no position in the log, so nobody can
// tell which of them a page shows already.
func IsTimeless(t string) bool {
	return Topic(t) == TopicReceipts || strings.HasPrefix(t, AboutHeld) || strings.HasPrefix(t, aboutRoom)
}

// Known reports whether the topic has one of the forms above. The thing it is about need not
// exist yet.
func (t Topic) Known() bool {
	for _, about := range []string{aboutTag, AboutType, aboutSeats, AboutHeld, AboutRace, aboutLanes, aboutRoom} {
		if of, ok := strings.CutPrefix(string(t), about); ok {
			return of != "" && t.Query().Check() == nil
		}
	}
	return t == TopicLog || t == TopicReceipts || t == TopicStatus
}

// Query returns the query for the events that are news on the topic. It selects nothing if the
// topic is not about events.
func (t Topic) Query() dcb.Query {
	name := string(t)
	if tag, ok := strings.CutPrefix(name, aboutTag); ok {
		return dcb.NewQuery(dcb.Tags{dcb.Tag(tag)})
	}
	if course, ok := strings.CutPrefix(name, aboutSeats); ok {
		return dcb.NewQuery(dcb.Tags{courses.CourseID(course).Tag()})
	}
	if eventType, ok := strings.CutPrefix(name, AboutType); ok {
		return dcb.NewQuery(nil, eventType)
	}
	if t == TopicLog {
		return dcb.AllEvents()
	}
	return dcb.Query{}
}
