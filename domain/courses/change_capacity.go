package courses

import (
	"context"

	"go-crablet/dcb"
)

// ChangeCapacity gives a course another number of seats. It may be fewer than
// are taken: nobody loses a seat, and nobody gets one until there is room again.
type ChangeCapacity struct {
	Course      CourseID
	NewCapacity int
}

// capacityChange is all that the decision knows.
type capacityChange struct {
	courseExists bool
	capacity     int
}

// Decide takes the decision. It refuses as [ChangeCapacity.decide] does.
func (cmd ChangeCapacity) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

// boundary names all that the decision looks at: one course and its capacity. The
// seats taken are no part of it, so students who come and go do not disturb it.
func (cmd ChangeCapacity) boundary(s *capacityChange) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.capacity, Capacity(cmd.Course)),
	}
}

func (cmd ChangeCapacity) decide(s capacityChange) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !validCapacity(cmd.NewCapacity):
		return nil, ErrCapacityOutOfRange
	case cmd.NewCapacity == s.capacity:
		return nil, ErrSameCapacity
	}
	return dcb.Facts(CourseCapacityChanged{Course: cmd.Course, NewCapacity: cmd.NewCapacity}), nil
}
