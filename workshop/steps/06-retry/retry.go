// Package retry is the sixth step: after a conflict a decision is taken again, after a refusal it is not.
package retry

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// ErrFull refuses a seat in a course that has none left.
var ErrFull = errors.New("every seat is taken")

// MaxAttempts is how often TakeSeat tries before it gives up.
const MaxAttempts = 10

// TakeSeat gives a student one of the seats of a course, if one is left.
func TakeSeat(ctx context.Context, log dcb.Log, student, course string, seats int) error {
	taken := dcb.NewQuery(dcb.NewTags("course_id", course), "SeatTaken")
	seat := dcb.NewInputEvent("SeatTaken", dcb.NewTags("course_id", course, "student_id", student), []byte(`{}`))

	// attempt reads, decides and appends once.
	attempt := func() error {
		events, known, err := log.ReadSince(ctx, taken, dcb.Checkpoint{})
		if err != nil {
			return err
		}
		if len(events) >= seats {
			return ErrFull
		}
		_, err = log.AppendAfter(ctx, []dcb.InputEvent{seat}, taken, known)
		return err
	}

	//workshop:write attempt again after a conflict, at most MaxAttempts times
	var err error
	for range MaxAttempts {
		if err = attempt(); !errors.Is(err, dcb.ErrConflict) {
			return err
		}
	}
	return err
	//workshop:instead
	// return attempt()
	//workshop:end
}
