package retry

import (
	"context"
	"errors"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/workshop/proof"
)

// A contest is a log with a rival, who takes a seat right before an append of Ada, that many times.
type contest struct {
	dcbtest.Memory
	rivals         int
	reads, appends int // of Ada
}

var (
	seatsOfAlgebra = dcb.NewQuery(dcb.NewTags("course_id", "algebra"), "SeatTaken")
	errEndless     = errors.New("the test ended it")
)

func (c *contest) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if c.reads++; c.reads > 10*MaxAttempts {
		return nil, dcb.Checkpoint{}, errEndless
	}
	return c.Memory.ReadSince(ctx, query, after)
}

func (c *contest) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if c.appends++; c.appends > 10*MaxAttempts {
		return 0, errEndless
	}
	if c.appends <= c.rivals {
		rival := dcb.NewInputEvent("SeatTaken", dcb.NewTags("course_id", "algebra", "student_id", "kofi"), []byte(`{}`))
		if _, err := c.Memory.AppendAfter(ctx, []dcb.InputEvent{rival}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
			return 0, err
		}
	}
	return c.Memory.AppendAfter(ctx, events, query, known)
}

func TestWhoeverLosesARaceTakesAnotherSeat(t *testing.T) {
	c := &contest{rivals: 1}
	if err := TakeSeat(t.Context(), c, "ada", "algebra", 2); err != nil {
		t.Errorf("Kofi was faster, and one more seat is free. Ada was told: %v", err)
	}
}

func TestWhoeverLosesTheLastSeatIsRefused(t *testing.T) {
	c := &contest{rivals: 1}
	err := TakeSeat(t.Context(), c, "ada", "algebra", 1)
	switch taken := proof.Count(t, &c.Memory, seatsOfAlgebra); {
	case taken > 1:
		t.Errorf("%d students hold the one seat of Algebra. Ada decided again from what she had read before.", taken)
	case !errors.Is(err, ErrFull):
		t.Errorf("Kofi took the last seat. Ada should be told that the course is full, and was told: %v", err)
	}
}

func TestARefusalIsFinal(t *testing.T) {
	c := &contest{}
	if err := TakeSeat(t.Context(), c, "ada", "algebra", 0); !errors.Is(err, ErrFull) {
		t.Errorf("No seat was ever free. Ada should be told that the course is full, and was told: %v", err)
	}
	if c.reads != 1 {
		t.Errorf("The rule said no, and Ada asked it %d times. Nobody was faster, so nothing has changed.", c.reads)
	}
}

func TestWhoeverAlwaysLosesGivesUp(t *testing.T) {
	c := &contest{rivals: 1000}
	err := TakeSeat(t.Context(), c, "ada", "algebra", 5000)
	switch {
	case errors.Is(err, errEndless):
		t.Errorf("Somebody was faster each time. Ada tried more than %d times, and %d are allowed.", 10*MaxAttempts, MaxAttempts)
	case !errors.Is(err, dcb.ErrConflict):
		t.Errorf("Somebody was faster each time. Ada should be told of a conflict, and was told: %v", err)
	}
}

func TestTheLastAttemptCounts(t *testing.T) {
	c := &contest{rivals: MaxAttempts - 1}
	if err := TakeSeat(t.Context(), c, "ada", "algebra", 5000); err != nil {
		t.Errorf("Nobody is faster at attempt %d. Ada gave up at attempt %d, and was told: %v", MaxAttempts, c.appends, err)
	}
}
