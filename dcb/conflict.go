package dcb

import (
	"errors"
	"fmt"
)

// ErrConflict is matched by the error of an append whose condition did not hold,
// and by that of a decision that lost its last attempt too. Nothing was appended;
// to read again, decide again and try again is the right answer.
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
