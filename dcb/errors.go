package dcb

import (
	"errors"
	"fmt"
)

// A caller may want to tell these errors of a [Store] from an outage. See also [ErrConflict] and
// [InputError].
var (
	// ErrUnknownOutcome says that events may be stored or not: the connection was lost
	// when they may have been stored, and the database has not answered since. Append the events
	// again with the same IDs to find out.
	ErrUnknownOutcome = errors.New("whether the events were stored is unknown")

	// ErrBeyondHead says that the log has not reached the position that was given as known.
	// Nobody can have read that far, so a condition from there on would guard
	// nothing. Reading on does not help: the position is wrong, or it is of another log.
	ErrBeyondHead = errors.New("the log ends before the position that is said to be known")

	// ErrOtherHistory says that a log is not the one any more that was read: it lost its
	// end to a restore, or to a failover to a standby that had not got everything. Other
	// events may stand there now. A reader of the log has to start over. Most
	// often the error is an [OtherHistoryError].
	ErrOtherHistory = errors.New("the log has another history than the one that was read")

	// ErrClosed says that the store is closed.
	ErrClosed = errors.New("the event store is closed")
)

func beyondHead(head, position int64) error {
	return fmt.Errorf("%w: it ends at %d, before %d", ErrBeyondHead, head, position)
}

// ErrConflict is matched by the error of an append whose condition did not hold,
// and by that of a decision that lost all of its attempts. Nothing was appended. The right
// answer is to read again, decide again, and append again.
var ErrConflict = errors.New("other events got inside the boundary first")

// maxConflictEvents is how many events a ConflictError carries at most.
const maxConflictEvents = 10

// A ConflictError tells which events an append met inside its boundary. It
// matches [ErrConflict].
type ConflictError struct {
	Query Query // the boundary of the append
	After int64 // the position up to which the boundary was known

	// The first events after it that match, in order: at least one, at most 10, and no
	// more than fit into a few MiB. Large ones are without tags and data if the database
	// was lost when they were to be read, and in a decision that no trace follows.
	Events []Event
}

// Error implements error. It names the first event only.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: %s at position %d, after %d", ErrConflict, e.Events[0].Type, e.Events[0].Position, e.After)
}

// Is makes the error match [ErrConflict].
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }
