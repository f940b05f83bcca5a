package dcb

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Tag names one thing that an event is about. It is opaque text: events and
// queries agree on a tag when they agree on every byte. "key:value", as
// [NewTags] writes it, is a convention; a store does not know it.
type Tag string

// Tags are the tags of one event, or those that a query item asks for. Their
// order means nothing.
type Tags []Tag

// NewTags makes tags from keys and values in turn:
//
//	NewTags("student_id", "s1", "course_id", "c1") // student_id:s1, course_id:c1
//
// It panics when a key has no value: that is a mistake in the calling code.
func NewTags(keysAndValues ...string) Tags {
	if len(keysAndValues)%2 != 0 {
		panic(fmt.Sprintf("dcb.NewTags: the key %q has no value", keysAndValues[len(keysAndValues)-1]))
	}
	tags := make(Tags, 0, len(keysAndValues)/2)
	for pair := range slices.Chunk(keysAndValues, 2) {
		tags = append(tags, Tag(pair[0]+":"+pair[1]))
	}
	return tags
}

// size returns the bytes of the tags.
func (tags Tags) size() (bytes int) {
	for _, tag := range tags {
		bytes += len(tag)
	}
	return bytes
}

// An InputEvent is an event that is not stored yet.
type InputEvent struct {
	ID   string // a UUID; made by the append when empty
	Type string // 1 to 255 bytes
	Tags Tags   // each 1 to 1,000 bytes; an event may have none
	Data []byte // JSON

	CausationID string // what made it happen; what the context says when empty, see [WithCausationID]
}

// NewInputEvent makes an event, with an ID of its own. The append that stores
// it checks it; until then nothing is wrong with an event.
func NewInputEvent(eventType string, tags Tags, data []byte) InputEvent {
	return InputEvent{ID: NewID(), Type: eventType, Tags: tags, Data: data}
}

// An Event is a stored event.
type Event struct {
	ID       string // a UUID, unique in the log
	Type     string
	Tags     Tags
	Data     []byte // JSON, byte for byte as it was appended
	Position int64  // 1, 2, 3 ... in the order of commits, without a gap

	CausationID   string            // what made it happen, see [WithCausationID]; may be empty
	CorrelationID string            // the request it belongs to, see [WithCorrelationID]; may be empty
	Metadata      map[string]string // what else was noted about it, see [WithMetadata]; may be nil
	RecordedAt    time.Time         // for people; the order is Position's
}

// NewID returns a new UUID of version 7 (RFC 9562): 48 bits of Unix time in
// milliseconds, then random bits. IDs made later sort later, to the millisecond.
func NewID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails, see its documentation
	var clock [8]byte
	binary.BigEndian.PutUint64(clock[:], uint64(time.Now().UnixMilli()))
	copy(id[:6], clock[2:])
	id[6] = id[6]&0x0f | 0x70 // version 7
	id[8] = id[8]&0x3f | 0x80 // the variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// own returns a copy of the event that its owner may keep and change.
func (e *Event) own() Event {
	own := *e
	own.Tags, own.Data, own.Metadata = slices.Clone(e.Tags), slices.Clone(e.Data), maps.Clone(e.Metadata)
	return own
}

// size returns the bytes of tags, data and metadata.
func (e Event) size() int { return e.Tags.size() + len(e.Data) + metadataSize(e.Metadata) }

// isCut reports whether the tags and the data are missing, because there was no room.
// The data of an event that is stored is never empty.
func (e Event) isCut() bool { return len(e.Data) == 0 }
