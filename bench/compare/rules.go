package main

import "errors"

// rules are the limits that every way has to keep.
type rules struct {
	seats   int // in each course
	courses int // that a student may have, at most
}

var (
	errFull    = errors.New("every seat in the course is taken")
	errTooMany = errors.New("the student has too many courses")
)

// allow refuses one more seat if all seats of the course are taken, or if the student has
// as many courses as they may.
func (r rules) allow(seatsTaken, coursesTaken int) error {
	switch {
	case seatsTaken >= r.seats:
		return errFull
	case coursesTaken >= r.courses:
		return errTooMany
	}
	return nil
}

func isRefusal(err error) bool { return errors.Is(err, errFull) || errors.Is(err, errTooMany) }
