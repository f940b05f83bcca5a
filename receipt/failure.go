package receipt

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// A Failure says why an attempt broke off. A refusal and a conflict are not failures. A Failure
// has the kind of the error only. The text of the error is for operators, who find it in the
// program's own log.
type Failure struct {
	Kind FailureKind `json:"kind"`

	// The event that could not be decoded, if the kind is Unreadable.
	Type     string `json:"type,omitempty"`
	Position int64  `json:"position,omitempty"`

	// Reading is set if the attempt failed before it had read the log. Then it knew nothing,
	// and decided nothing.
	Reading bool `json:"reading,omitempty"`
}

// A FailureKind says what kind of error broke an attempt off.
type FailureKind string

// The kinds of failures. Except after Unknown, it is certain that nothing was appended.
const (
	Unreadable   FailureKind = "unreadable"    // an event could not be decoded
	Unknown      FailureKind = "unknown"       // it is unknown whether the facts are stored
	OtherHistory FailureKind = "other_history" // the log lost its end
	Closed       FailureKind = "closed"        // the log was closed, because the program stopped
	TooLate      FailureKind = "too_late"      // its deadline had passed
	Unanswered   FailureKind = "unanswered"    // the database did not answer
	Full         FailureKind = "full"          // the disk or the memory of the database was full
	Broken       FailureKind = "broken"        // anything else
)

// failureOf returns the failure that an error of a decision stands for. For an outage and for a
// full database it returns Broken, and never Unanswered or Full: how these errors look depends on
// the driver of the database.
func failureOf(err error) Failure {
	undecoded, unreadable := errors.AsType[*dcb.DecodeError](err)
	switch {
	case unreadable:
		return Failure{Kind: Unreadable, Type: undecoded.Type, Position: undecoded.Position}
	case errors.Is(err, dcb.ErrUnknownOutcome):
		return Failure{Kind: Unknown}
	case errors.Is(err, dcb.ErrOtherHistory):
		return Failure{Kind: OtherHistory}
	case errors.Is(err, dcb.ErrClosed):
		return Failure{Kind: Closed}
	case errors.Is(err, context.DeadlineExceeded):
		return Failure{Kind: TooLate}
	default:
		return Failure{Kind: Broken}
	}
}

// wasCalledOff reports whether a decision ended because its caller called it off, which is not
// a failure. A decision can be called off until its append is sent.
func wasCalledOff(err error) bool {
	return errors.Is(err, context.Canceled) && !errors.Is(err, dcb.ErrUnknownOutcome)
}
