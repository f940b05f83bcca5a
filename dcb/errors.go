package dcb

import (
	"errors"
	"fmt"
)

// These are matched by the errors of a [Store] that a caller may want to tell from an
// outage. See also [ErrConflict] and [InputError].
var (
	// ErrUnknownOutcome says that events may be stored or not: the connection was lost at
	// a moment that leaves it open, and the database has not answered since. To append
	// them again with the same IDs finds it out.
	ErrUnknownOutcome = errors.New("whether the events were stored is unknown")

	// ErrBeyondHead says that a position is given as known which the log has not reached.
	// Nobody can have read that far, so a condition that holds from there would guard
	// nothing. To read on does not help: the position is wrong, or it is of another log.
	ErrBeyondHead = errors.New("the log ends before the position that is said to be known")

	// ErrOtherHistory says that a log is not the one any more that was read: it lost its
	// end to a restore, or to a failover to a standby that had not got everything. Other
	// events may stand there now. Who knows something of the log has to start anew. Most
	// often the error is an [OtherHistoryError].
	ErrOtherHistory = errors.New("the log has another history than the one that was read")

	// ErrClosed says that the store is closed.
	ErrClosed = errors.New("the event store is closed")
)

func beyondHead(head, position int64) error {
	return fmt.Errorf("%w: it ends at %d, before %d", ErrBeyondHead, head, position)
}
