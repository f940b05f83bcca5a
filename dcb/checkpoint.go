package dcb

import (
	"fmt"
	"time"
)

// A Checkpoint says how far a reader has read a log: up to a position, and which event
// stands there. A position alone does not identify the log. When a log loses its end, to a
// restore of a backup or to a failover to a standby that had not got everything, its
// positions are given again, to other events.
//
// The zero Checkpoint is the beginning of every log. A checkpoint can be stored, and used
// by another process.
type Checkpoint struct {
	Position int64 // 0 before the first event

	// The event at the position. Its time is part of it: an append that was lost and is repeated
	// stores the same ID again, perhaps at the same position.
	EventID    string // "" if it is not known
	RecordedAt time.Time
}

// At returns a checkpoint that is only a position. It is compared with the end of the log,
// and can't tell one history from another. Use it where nothing more is known.
func At(position int64) Checkpoint { return Checkpoint{Position: position} }

// Checkpoint returns the checkpoint of a reader who has read the log up to this event.
func (e Event) Checkpoint() Checkpoint {
	return Checkpoint{Position: e.Position, EventID: e.ID, RecordedAt: e.RecordedAt}
}

// Check says, by an [InputError], what is wrong with a checkpoint before it is compared with a
// log. Every [Log] refuses such a checkpoint.
func (c Checkpoint) Check() error {
	switch {
	case c.Position < 0:
		return inputErrorf("there is nothing before the first event: %d", c.Position)
	case c.EventID != "" && !isUUID(c.EventID):
		return inputErrorf("the ID of the event at position %d is no UUID: %q", c.Position, c.EventID)
	case c.EventID != "" && c.Position == 0:
		return inputErrorf("there is no event at position 0, and the checkpoint names one: %s", c.EventID)
	case c.RecordedAt.Before(earliest) || !c.RecordedAt.Before(tooLate):
		return inputErrorf("the event at position %d can't be from the year %d: PostgreSQL keeps times from 4713 BC to 294276 AD", c.Position, c.RecordedAt.UTC().Year())
	}
	return nil
}

// PostgreSQL keeps the times from earliest on, and before tooLate. Its first day is in 4713 BC by
// the Julian calendar, and in the year -4713 as Go counts.
var (
	earliest = time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC)
	tooLate  = time.Date(294277, 1, 1, 0, 0, 0, 0, time.UTC)
)

// differs says how a log that ends at head differs from the one that the checkpoint is
// of, or returns nil. elsewhere says that another event stands at the position, or none.
func (c Checkpoint) differs(head Checkpoint, elsewhere bool) error {
	switch {
	case elsewhere:
		return &OtherHistoryError{Known: c, Head: head}
	case c.Position > head.Position:
		return beyondHead(head.Position, c.Position)
	}
	return nil
}

// An OtherHistoryError says that a log is not the one any more that was read: it lost its end,
// and other events may stand there now. It matches [ErrOtherHistory].
type OtherHistoryError struct {
	Known Checkpoint // not in this log
	Head  Checkpoint // where this log ends

	// Both histories are the same up to here, and perhaps further. It is the beginning of the log
	// if nothing else is known; a [Store.Tail] knows where it has been.
	Same Checkpoint
}

// Error implements error.
func (e *OtherHistoryError) Error() string {
	what := fmt.Sprintf("another event stands at %d", e.Known.Position)
	if e.Head.Position < e.Known.Position {
		what = fmt.Sprintf("it ends at %d, and had reached %d", e.Head.Position, e.Known.Position)
	}
	return fmt.Sprintf("%s: %s", ErrOtherHistory, what)
}

// Is makes the error match [ErrOtherHistory].
func (e *OtherHistoryError) Is(target error) bool { return target == ErrOtherHistory }
