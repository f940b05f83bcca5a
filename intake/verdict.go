package intake

import (
	"errors"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Verdict says what a line did, or what it would do.
type Verdict struct {
	State State
	Why   string // of a line that is not carried out: why
}

// A State is how far a line has come.
type State string

// The states of a line. Nothing follows from a line that is There or Refused.
const (
	New     State = "new"     // not decided yet
	Done    State = "done"    // decided, and stored
	There   State = "there"   // there was nothing to do
	Refused State = "refused" // by a rule
)

// isThere reports whether a refusal says that what the line asks for is there already.
func isThere(refusal courses.Refusal) bool {
	return refusal == courses.ErrStudentExists || refusal == courses.ErrCourseExists || refusal == courses.ErrAlreadySubscribed
}

// verdictOf returns the verdict on a line, given the error of its decision. ok is false if the
// error says nothing about the line: then the line has to be decided again.
func verdictOf(err error) (v Verdict, ok bool) {
	refusal, isRefusal := asRefusal(err)
	switch {
	case err == nil:
		return Verdict{State: Done}, true
	case isRefusal && isThere(refusal):
		return Verdict{There, refusal.Error()}, true
	case isRefusal:
		return Verdict{Refused, refusal.Error()}, true
	case unreadable(err):
		return Verdict{Refused, "an event that this decision reads can't be read: its page in the log says which"}, true
	default:
		return Verdict{}, false
	}
}

func asRefusal(err error) (courses.Refusal, bool) { return errors.AsType[courses.Refusal](err) }

// unreadable reports whether a decision failed because an event has content that can't be
// decoded. It fails again however often it is tried.
func unreadable(err error) bool {
	_, is := errors.AsType[*dcb.DecodeError](err)
	return is
}
