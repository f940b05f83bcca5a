package receipt

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// A Failure says why an attempt broke off: no rule refused it, and no conflict turned its
// append away. It keeps the kind of the error. The error's own text is for operators, who
// find it in the log of the program.
type Failure struct {
	Kind FailureKind `json:"kind"`

	// The event that could not be read, if the kind is Unreadable.
	Type     string `json:"type,omitempty"`
	Position int64  `json:"position,omitempty"`

	// Reading is set when the attempt failed before it had read the log, or in the pause
	// before that. Then it knew nothing of its own, and decided nothing.
	Reading bool `json:"reading,omitempty"`
}

// A FailureKind is the reason of a failure.
type FailureKind string

// The kinds of failures. Of all but Unknown it is certain that nothing was appended.
const (
	Unreadable   FailureKind = "unreadable"    // an event could not be decoded
	Unknown      FailureKind = "unknown"       // it is unknown whether the facts are stored
	OtherHistory FailureKind = "other_history" // the log lost its end
	Closed       FailureKind = "closed"        // the log was closed, as the program was stopping
	TooLate      FailureKind = "too_late"      // the time for it was over
	Unanswered   FailureKind = "unanswered"    // the database did not answer
	Broken       FailureKind = "broken"        // anything else
)

// failureOf returns what the error of a decision says by its kind. It can't tell
// Unanswered from Broken: how an outage looks depends on the database's driver.
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

// wasCalledOff reports whether a decision ended because nobody wanted it any more. That
// is not a failure. Once its append was sent it can't be called off.
func wasCalledOff(err error) bool {
	return errors.Is(err, context.Canceled) && !errors.Is(err, dcb.ErrUnknownOutcome)
}
