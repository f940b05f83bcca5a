package dcb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// An append is checked before anything is sent: PostgreSQL has to be able to store and index it.

// Bounds on what is appended. An entry of a B-tree of PostgreSQL holds about 2,700 bytes,
// and an entry of the index of tags holds a tag and a type.
const (
	maxEvents     = 10_000 // in one append
	maxTypeLength = 255    // bytes, as all below
	maxTagLength  = 1000
	maxIDLength   = 1000 // of a correlation or causation ID
	maxMetadata   = 4000 // keys and values of an append together
)

// An InputError says what is wrong with the arguments of a call: a type that is too
// long, say, or a query item without types and tags. The call did nothing, and with the same
// arguments it fails again. The text is for the caller who chose the arguments; it reveals
// nothing about the store.
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

// checkMetadata says what is wrong with the metadata of events that are about to be appended.
func checkMetadata(metadata map[string]string) error {
	if metadataSize(metadata) > maxMetadata {
		return inputErrorf("the metadata is longer than %d bytes", maxMetadata)
	}
	for key, value := range metadata {
		if err := checkText(key, maxMetadata); err != nil {
			return inputErrorf("the key %.40q of the metadata %v", key, err)
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return inputErrorf("the metadata %.40q is not text: it has to be UTF-8 without a NUL byte", key)
		}
	}
	return nil
}
