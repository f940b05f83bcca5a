package dcb

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Tag names one thing that an event is about. It is opaque text: events and
// queries agree on a tag when they agree on every byte. "key:value", as
// [NewTags] writes it, is a convention of ours and nothing that a store knows.
type Tag string

// Tags are the tags of one event, or those that a query item asks for. Their
// order means nothing.
type Tags []Tag

// NewTags makes tags from keys and values in turn:
//
//	NewTags("student_id", "s1", "course_id", "c1") // student_id:s1, course_id:c1
//
// It panics when a key has no value, which only a mistake in the calling code
// can bring about.
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

// A tagSet is what tags have in common that are the same when order and repetition
// mean nothing.
type tagSet struct {
	n    int
	text string
}

func (tags Tags) set() tagSet {
	if len(tags) == 1 {
		return tagSet{1, string(tags[0])}
	}
	sorted := slices.Clone(tags)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if len(sorted) == 1 {
		return sorted.set()
	}
	var text strings.Builder
	for _, tag := range sorted {
		fmt.Fprintf(&text, "%d:%s", len(tag), tag) // with its length, for a tag is any text
	}
	return tagSet{len(sorted), text.String()}
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
	Metadata      map[string]string // what else is known of it, see [WithMetadata]; may be nil
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

// Bounds on what is appended, in bytes but for the first. A B-tree entry of PostgreSQL
// holds about 2,700 bytes, and the index of tags holds a tag and a type.
const (
	maxEvents     = 10_000 // in one append
	maxTypeLength = 255
	maxTagLength  = 1000
	maxIDLength   = 1000 // of a correlation or causation ID
	maxMetadata   = 4000 // keys and values of an append together
)

// An InputError says what is wrong with the arguments of a call: a type that is too
// long, say, or a query for nothing in particular. The call did nothing, and would do
// no better a second time. The text is for whoever chose the arguments; it tells
// nothing of the store.
type InputError string

// Error implements error.
func (e InputError) Error() string { return string(e) }

func inputErrorf(format string, args ...any) error {
	return InputError(fmt.Sprintf(format, args...))
}

// CheckAppend says, by an [InputError], what is wrong with the arguments of an append
// before anything is looked up. Every [Log] refuses what it finds.
func CheckAppend(ctx context.Context, events []InputEvent, query Query, known Checkpoint) error {
	switch {
	case len(events) == 0:
		return inputErrorf("there are no events to append")
	case known.Position < 0:
		return inputErrorf("the latest known position is negative: %d", known.Position)
	}
	if err := known.Check(); err != nil {
		return err
	}
	for _, id := range []string{CorrelationID(ctx), CausationID(ctx)} {
		if err := checkText(id, maxIDLength); err != nil && id != "" {
			return inputErrorf("the correlation or causation ID %.40q %v", id, err)
		}
	}
	if err := checkMetadata(Metadata(ctx)); err != nil {
		return err
	}
	if err := query.Check(); err != nil {
		return err
	}
	return checkEvents(events)
}

// checkEvents says what is wrong with events that are about to be appended.
func checkEvents(events []InputEvent) error {
	if len(events) > maxEvents {
		return inputErrorf("there are %d events, and one append takes at most %d", len(events), maxEvents)
	}
	for i, e := range events {
		if err := e.check(); err != nil {
			return inputErrorf("event %d of %d: %v", i+1, len(events), err)
		}
	}
	return nil
}

// Check says, by an [InputError], what is wrong with the event. Every append refuses it then.
func (e InputEvent) Check() error {
	if err := e.check(); err != nil {
		return inputErrorf("%v", err)
	}
	return nil
}

func (e InputEvent) check() error {
	if err := checkText(e.Type, maxTypeLength); err != nil {
		return fmt.Errorf("its type %w", err)
	}
	for _, tag := range e.Tags {
		if err := checkText(string(tag), maxTagLength); err != nil {
			return fmt.Errorf("its tag %.40q %w", tag, err)
		}
	}
	if e.ID != "" && !isUUID(e.ID) {
		return fmt.Errorf("its ID %.40q is not a UUID", e.ID)
	}
	if err := checkText(e.CausationID, maxIDLength); err != nil && e.CausationID != "" {
		return fmt.Errorf("its causation ID %.40q %w", e.CausationID, err)
	}
	if !json.Valid(e.Data) || !utf8.Valid(e.Data) {
		return errors.New("its data is not JSON in UTF-8")
	}
	return nil
}

// checkText says why PostgreSQL could not store or index a text.
func checkText(text string, longest int) error {
	switch {
	case text == "":
		return errors.New("is empty")
	case len(text) > longest:
		return fmt.Errorf("is longer than %d bytes", longest)
	case !utf8.ValidString(text):
		return errors.New("is not UTF-8")
	case strings.ContainsRune(text, 0):
		return errors.New("contains a NUL byte")
	}
	return nil
}

// isUUID reports whether a text is a UUID in its usual form of 36 characters.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, c := range []byte(strings.ToLower(text)) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := '0' <= c && c <= '9' || 'a' <= c && c <= 'f'
		if dash != (c == '-') || !dash && !hex {
			return false
		}
	}
	return true
}
