package courses

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go-crablet/dcb"
)

// The keys of the tags that tell which request a fact answers.
const (
	requestKey = "request"
	askedKey   = "asked" // what the request asked for
)

// A RequestID tells one request from all others. Whoever asks makes it up before the
// first try, in the alphabet of a [CourseID].
type RequestID string

// Tag is carried by every fact that the request brought about.
func (id RequestID) Tag() dcb.Tag { return dcb.NewTags(requestKey, string(id))[0] }

// Valid reports whether the id is one that a request can have.
func (id RequestID) Valid() bool { return idPattern.MatchString(string(id)) }

// Asked returns a tag with the fingerprint of a command: of its type and its fields, which
// include the key of its request. The first fact that answers a request carries this tag.
//
// A command type that is renamed, or gets another field, has another fingerprint. A request
// that arrives before and after such a change is refused the second time: it is never
// carried out twice.
func Asked(cmd any) dcb.Tag {
	data, err := json.Marshal(cmd)
	if err != nil {
		panic(fmt.Sprintf("courses.Asked: %T is not made of texts and numbers: %v", cmd, err))
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%T %s", cmd, data))
	return dcb.NewTags(askedKey, fmt.Sprintf("%x", sum[:8]))[0]
}

// OfRequest reports whether a tag is about the request that a fact answers: its key, or
// the fingerprint of what it asked for.
func OfRequest(tag dcb.Tag) bool {
	return strings.HasPrefix(string(tag), requestKey+":") || IsAsked(tag)
}

// IsAsked reports whether a tag is one that [Asked] makes.
func IsAsked(tag dcb.Tag) bool { return strings.HasPrefix(string(tag), askedKey+":") }

// A request is what a decision knows about the request that it answers. The state
// of every decision embeds it.
type request string

const (
	requestNew       request = "new" // or without an id
	requestAnswered  request = "carried out already"
	requestReused    request = "used for something else"
	requestMalformed request = "malformed"
)

func (r request) before() request { return r }

// once wraps a decision so that a request is carried out once. If it was carried out
// already, the decision has no facts and no refusal. Otherwise its facts are tagged with
// the request, so that the next attempt, or another process, finds them.
func once[S interface{ before() request }](id RequestID, cmd any, decide func(S) ([]dcb.Fact, error)) func(S) ([]dcb.Fact, error) {
	return func(s S) ([]dcb.Fact, error) {
		switch s.before() {
		case requestAnswered:
			return nil, nil
		case requestReused:
			return nil, ErrRequestReused
		case requestMalformed:
			return nil, ErrRequestIDInvalid
		}
		facts, err := decide(s)
		if err != nil || id == "" || len(facts) == 0 {
			return facts, err
		}
		return answer(id, cmd, facts), nil
	}
}

// answer tags the facts of a command: all of them with the key of the request, and the
// first one also with what the request asked for.
func answer(id RequestID, cmd any, facts []dcb.Fact) []dcb.Fact {
	tagged := dcb.WithTags(facts, id.Tag())
	first := dcb.WithTags(tagged[:1], Asked(cmd))
	return append(first, tagged[1:]...)
}

// earlier is the outcome of a previous arrival of the same request. The first event
// under the tag of the request decides, for any type of event: the request asked for cmd
// if the event carries the fingerprint of cmd.
//
// Older versions stored no fingerprint. A request that they answered counts as carried
// out: most likely it is a form that was sent before an upgrade, and again after it.
func earlier(id RequestID, cmd any) dcb.Projection[request] {
	switch {
	case id == "":
		return dcb.Project(requestNew, nil)
	case !id.Valid():
		return dcb.Project(requestMalformed, nil)
	}
	return dcb.Project(requestNew, dcb.Tags{id.Tag()}, dcb.OnAny(func(r request, e dcb.Event) request {
		asked, known := askedIn(e.Tags)
		switch {
		case r != requestNew:
			return r
		case known && asked != Asked(cmd):
			return requestReused
		default:
			return requestAnswered
		}
	}))
}

// askedIn returns the fingerprint among the tags of an event, and whether it has one.
func askedIn(tags dcb.Tags) (asked dcb.Tag, known bool) {
	i := slices.IndexFunc(tags, IsAsked)
	if i < 0 {
		return "", false
	}
	return tags[i], true
}
