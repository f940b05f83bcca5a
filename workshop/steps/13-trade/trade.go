// Package trade is the last step: a rule that the application does not have.
package trade

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// ErrNothingToTrade refuses a trade unless each student has a seat that the other one has not.
const ErrNothingToTrade = courses.Refusal("each of the two students needs a seat that the other one does not have")

// A Seat is a student's seat in a course.
type Seat struct {
	Student courses.StudentID
	Course  courses.CourseID
}

// TradeSeats lets two students trade their seats. Both get the other one's seat, or nothing happens.
// Neither of them waits for a seat; in the application, whoever gets a seat would wait no longer.
type TradeSeats struct{ One, Other Seat }

// trade is all that the decision knows.
type trade struct {
	//workshop:write what the decision has to know
	oneHas, otherHas         bool // their own seats
	oneIsThere, otherIsThere bool // in the course that they would get
	//workshop:instead
	//workshop:end
}

// Decide carries the command out.
func (cmd TradeSeats) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd TradeSeats) boundary(s *trade) dcb.Boundary {
	return dcb.Boundary{
		//workshop:write how it knows that
		dcb.Into(&s.oneHas, courses.Subscribed(cmd.One.Student, cmd.One.Course)),
		dcb.Into(&s.otherHas, courses.Subscribed(cmd.Other.Student, cmd.Other.Course)),
		dcb.Into(&s.oneIsThere, courses.Subscribed(cmd.One.Student, cmd.Other.Course)),
		dcb.Into(&s.otherIsThere, courses.Subscribed(cmd.Other.Student, cmd.One.Course)),
		//workshop:instead
		//workshop:end
	}
}

func (cmd TradeSeats) decide(s trade) ([]dcb.Fact, error) {
	//workshop:write when the trade is refused, and which four facts follow otherwise: both leave, then One and Other get their seats
	if !s.oneHas || !s.otherHas || s.oneIsThere || s.otherIsThere {
		return nil, ErrNothingToTrade
	}
	return dcb.Facts(
		courses.StudentUnsubscribedFromCourse{Student: cmd.One.Student, Course: cmd.One.Course},
		courses.StudentUnsubscribedFromCourse{Student: cmd.Other.Student, Course: cmd.Other.Course},
		courses.StudentSubscribedToCourse{Student: cmd.One.Student, Course: cmd.Other.Course},
		courses.StudentSubscribedToCourse{Student: cmd.Other.Student, Course: cmd.One.Course},
	), nil
	//workshop:instead
	// return nil, nil
	//workshop:end
}
