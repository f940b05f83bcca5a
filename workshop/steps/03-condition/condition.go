// Package condition is the third step: an append says what it was decided from.
package condition

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// ErrFull refuses a seat in a course that has none left.
var ErrFull = errors.New("every seat is taken")

// TakeSeat gives a student one of the seats of a course, if one is left.
func TakeSeat(ctx context.Context, log dcb.Log, student, course string, seats int) error {
	taken := dcb.NewQuery(dcb.NewTags("course_id", course), "SeatTaken")
	events, known, err := log.ReadSince(ctx, taken, dcb.Checkpoint{})
	if err != nil {
		return err
	}
	if len(events) >= seats {
		return ErrFull
	}
	seat := dcb.NewInputEvent("SeatTaken", dcb.NewTags("course_id", course, "student_id", student), []byte(`{}`))
	//workshop:write append the seat only if nobody took one since you read
	_, err = log.AppendAfter(ctx, []dcb.InputEvent{seat}, taken, known)
	//workshop:instead
	// _, err = log.AppendAfter(ctx, []dcb.InputEvent{seat}, dcb.Query{}, known)
	//workshop:end
	return err
}
