package site

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Topic is what a page wants to hear news of.
type Topic string

const (
	TopicLog      Topic = "log"      // whatever is appended
	TopicReceipts Topic = "receipts" // whatever is decided

	// Topics that are about one of many begin with these.
	aboutTag   = "tag "   // what is appended with a tag
	AboutType  = "type "  // what is appended of a type
	aboutSeats = "seats " // how many seats of a course are taken
	aboutHeld  = "held "  // how far a held decision has got
)

func TagTopic(tag dcb.Tag) Topic { return Topic(aboutTag + string(tag)) }

func TypeTopic(fact dcb.Fact) Topic { return Topic(AboutType + fact.EventType()) }

func SeatsTopic(course courses.CourseID) Topic { return Topic(aboutSeats + string(course)) }

func HeldTopic(id string) Topic { return Topic(aboutHeld + id) }

// IsTimeless reports whether news on the topic have no position in the log, by which to
// tell what a page shows of them.
func IsTimeless(t string) bool {
	return Topic(t) == TopicReceipts || strings.HasPrefix(t, aboutHeld)
}

// Known reports whether there is such a topic. What it is about need not exist yet.
func (t Topic) Known() bool {
	for _, about := range []string{aboutTag, AboutType, aboutSeats, aboutHeld, AboutRace, aboutLanes} {
		if of, ok := strings.CutPrefix(string(t), about); ok {
			return of != "" && t.Query().Check() == nil
		}
	}
	return t == TopicLog || t == TopicReceipts
}

// Query returns what of the log is news on a topic.
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
	return dcb.Query{} // it is about no events
}

const (
	AboutRace  = "race "  // that a race is over
	aboutLanes = "lanes " // how far the lanes are, of a race and from a lane on
)

func RaceTopic(race string) Topic { return Topic(AboutRace + race) }

func LanesTopic(race string, from int) Topic {
	return Topic(aboutLanes + race + " " + strconv.Itoa(from))
}

// livePath is where news are to be had.
const livePath = "/live"

// liveURL returns the address to hear news from, of the first topics and since a position
// of the log.
func liveURL(topics []Topic, since int64) string {
	query := url.Values{"since": {strconv.FormatInt(since, 10)}}
	for _, t := range topics[:min(len(topics), MostTopics)] {
		query.Add("topic", string(t))
	}
	return livePath + "?" + query.Encode()
}

const (
	MostTopics   = 64
	LongestTopic = 256 // bytes

	Heartbeat    = 15 * time.Second // so that a proxy sees that somebody is there
	LongestWrite = 10 * time.Second // then a viewer is taken for gone
)

// IsRefetch reports whether a request is for the areas of a page only.
func (v *Visit) IsRefetch() bool { return v.R.Header.Get("HX-Request") == "true" }
