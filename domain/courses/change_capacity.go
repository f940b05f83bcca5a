package courses

import (
	"context"

	"go-crablet/dcb"
)

// ChangeCapacity gives a course another number of seats. There may be fewer than are
// taken: nobody loses a seat, and nobody gets one until there is room again. Added seats
// go to the students who have waited longest and have room.
type ChangeCapacity struct {
	Course      CourseID
	NewCapacity int
	// Seen is the capacity that whoever asks has seen, if they say so. If the course has another
	// one by now, the change is refused, so nobody overwrites what they have not seen.
	Seen    int       `json:",omitempty"`
	Request RequestID // optional
}

// capacityChange is all that the decision knows.
type capacityChange struct {
	request
	courseExists bool
	archived     bool
	capacity     int
	waiting      []StudentID
	// Found only if seats are added and somebody waits:
	seatsTaken int
	waiters    []waiter
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd ChangeCapacity) Boundary() dcb.Boundary { return cmd.boundary(new(capacityChange)) }

// Decide carries the command out, by the rules of [ChangeCapacity.decide].
func (cmd ChangeCapacity) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one course, its capacity and its
// waitlist. It counts the seats taken only if there are seats to give away, so otherwise
// students who come and go cause no conflict.
func (cmd ChangeCapacity) boundary(s *capacityChange) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.capacity, Capacity(cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
		dcb.Then(func() dcb.Boundary {
			s.seatsTaken, s.waiters = 0, nil // an earlier attempt may have found some
			if len(s.waiting) == 0 || cmd.NewCapacity <= s.capacity {
				return nil
			}
			return append(findWaiters(&s.waiters, s.waiting),
				dcb.Into(&s.seatsTaken, SeatsTaken(cmd.Course)))
		}),
	}
}

func (cmd ChangeCapacity) decide(s capacityChange) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !validCapacity(cmd.NewCapacity):
		return nil, ErrCapacityOutOfRange
	case s.archived:
		return nil, ErrCourseArchived
	case cmd.NewCapacity == s.capacity:
		return nil, ErrSameCapacity
	case cmd.Seen != 0 && cmd.Seen != s.capacity:
		return nil, ErrOtherCapacity
	}
	changed := CourseCapacityChanged{Course: cmd.Course, NewCapacity: cmd.NewCapacity}
	free := map[CourseID]int{cmd.Course: cmd.NewCapacity - s.seatsTaken}
	served := giveSeats(lineOf(cmd.Course, s.waiting), free, roomOf(s.waiters))
	return withPromotions(dcb.Facts(changed), served), nil
}
