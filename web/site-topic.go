package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A topic is what a page wants to hear news of.
type topic string

const (
	topicLog      topic = "log"      // whatever is appended
	topicReceipts topic = "receipts" // whatever is decided

	// Topics that are about one of many begin with these.
	aboutTag   = "tag "   // what is appended with a tag
	aboutType  = "type "  // what is appended of a type
	aboutSeats = "seats " // how many seats of a course are taken
	aboutHeld  = "held "  // how far a held decision has got
)

func tagTopic(tag dcb.Tag) topic { return topic(aboutTag + string(tag)) }

func typeTopic(fact dcb.Fact) topic { return topic(aboutType + fact.EventType()) }

func seatsTopic(course courses.CourseID) topic { return topic(aboutSeats + string(course)) }

func heldTopic(id string) topic { return topic(aboutHeld + id) }

// isTimeless reports whether news on the topic have no position in the log, by which to
// tell what a page shows of them.
func isTimeless(t string) bool {
	return topic(t) == topicReceipts || strings.HasPrefix(t, aboutHeld)
}

// known reports whether there is such a topic. What it is about need not exist yet.
func (t topic) known() bool {
	for _, about := range []string{aboutTag, aboutType, aboutSeats, aboutHeld, aboutRace, aboutLanes} {
		if of, ok := strings.CutPrefix(string(t), about); ok {
			return of != "" && t.query().Check() == nil
		}
	}
	return t == topicLog || t == topicReceipts
}

// query returns what of the log is news on a topic.
func (t topic) query() dcb.Query {
	name := string(t)
	if tag, ok := strings.CutPrefix(name, aboutTag); ok {
		return dcb.NewQuery(dcb.Tags{dcb.Tag(tag)})
	}
	if course, ok := strings.CutPrefix(name, aboutSeats); ok {
		return dcb.NewQuery(dcb.Tags{courses.CourseID(course).Tag()})
	}
	if eventType, ok := strings.CutPrefix(name, aboutType); ok {
		return dcb.NewQuery(nil, eventType)
	}
	if t == topicLog {
		return dcb.AllEvents()
	}
	return dcb.Query{} // it is about no events
}

const (
	aboutRace  = "race "  // that a race is over
	aboutLanes = "lanes " // how far the lanes are, of a race and from a lane on
)

func raceTopic(race string) topic { return topic(aboutRace + race) }

func lanesTopic(race string, from int) topic {
	return topic(aboutLanes + race + " " + strconv.Itoa(from))
}

// livePath is where news are to be had.
const livePath = "/live"

// liveURL returns the address to hear news from, of the first topics and since a position
// of the log.
func liveURL(topics []topic, since int64) string {
	query := url.Values{"since": {strconv.FormatInt(since, 10)}}
	for _, t := range topics[:min(len(topics), mostTopics)] {
		query.Add("topic", string(t))
	}
	return livePath + "?" + query.Encode()
}

const (
	mostTopics   = 64
	longestTopic = 256 // bytes

	heartbeat    = 15 * time.Second // so that a proxy sees that somebody is there
	longestWrite = 10 * time.Second // then a viewer is taken for gone
)

// isRefetch reports whether a request is for the areas of a page only.
func (v *visit) isRefetch() bool { return v.R.Header.Get("HX-Request") == "true" }
