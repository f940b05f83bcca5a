package condition

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/proof"
)

// open returns an empty event store on PostgreSQL.
func open(t *testing.T) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// All sixteen have decided before the first of them appends.
func TestSixteenStudentsAndOneSeat(t *testing.T) {
	log := proof.MeetingAt(open(t), 16)
	var conflicts atomic.Int64
	var students sync.WaitGroup
	for i := range 16 {
		students.Go(func() {
			err := TakeSeat(t.Context(), log, fmt.Sprint("student-", i), "algebra", 1)
			switch {
			case errors.Is(err, dcb.ErrConflict):
				conflicts.Add(1)
			case err != nil && !errors.Is(err, ErrFull):
				t.Errorf("student-%d asked for a seat, and the answer was: %v", i, err)
			}
		})
	}
	students.Wait()
	seats := dcb.NewQuery(dcb.NewTags("course_id", "algebra"), "SeatTaken")
	switch sold := proof.Count(t, log, seats); {
	case log.Missing() > 0:
		t.Errorf("%d of 16 students never came to append, so they waited for each other. Students of another process would not wait.", log.Missing())
	case sold != 1:
		t.Errorf("%d students hold the one seat of Algebra. Each of them read that it was free.", sold)
	case conflicts.Load() != 15:
		t.Errorf("%d students heard of a conflict, and 15 should.", conflicts.Load())
	}
}

func TestOneAfterTheOtherEachGetsASeat(t *testing.T) {
	log := open(t)
	for i := range 3 {
		if err := TakeSeat(t.Context(), log, fmt.Sprint("student-", i), "algebra", 3); err != nil {
			t.Fatalf("student-%d is alone, and a seat is free. The answer was: %v", i, err)
		}
	}
}

func TestStudentsOfTwoCoursesDoNotDisturbEachOther(t *testing.T) {
	log := proof.MeetingAt(open(t), 2)
	var students sync.WaitGroup
	for _, course := range []string{"algebra", "logic"} {
		students.Go(func() {
			if err := TakeSeat(t.Context(), log, "student-of-"+course, course, 1); err != nil {
				t.Errorf("One student takes a seat in each course. The answer to the student of %s was: %v", course, err)
			}
		})
	}
	students.Wait()
}
