package courses

import (
	"context"

	"go-crablet/dcb"
)

// SwapSeats gives a student's seat in one course back, but only if the student gets one in
// another course. The student never has fewer courses than before, and never more: so a
// student with ten may swap. The seat that is given back goes to the student who has waited
// longest for it and has room.
type SwapSeats struct {
	Student StudentID
	From    CourseID
	To      CourseID
	Request RequestID // optional
}

// swap is all that the decision knows.
type swap struct {
	request
	fromExists     bool
	toExists       bool
	studentExists  bool
	archived       bool // the course to swap to
	subscribed     bool // to the course to swap from
	subscribedTo   bool
	capacity       int // of the course to swap to
	seatsTaken     int
	waiting        []StudentID // for the course to swap to
	waitingForFrom []StudentID
	lines          // found only if somebody waits who may get a seat
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd SwapSeats) Boundary() dcb.Boundary { return cmd.boundary(new(swap)) }

// Decide carries the command out, by the rules of [SwapSeats.decide].
func (cmd SwapSeats) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: two courses and one student. It does not
// count the student's courses, because their number stays. It counts the seats of the course
// to swap from only if somebody waits for one.
func (cmd SwapSeats) boundary(s *swap) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.fromExists, CourseExists(cmd.From)),
		dcb.Into(&s.toExists, CourseExists(cmd.To)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.archived, Archived(cmd.To)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.From)),
		dcb.Into(&s.subscribedTo, Subscribed(cmd.Student, cmd.To)),
		dcb.Into(&s.capacity, Capacity(cmd.To)),
		dcb.Into(&s.seatsTaken, SeatsTaken(cmd.To)),
		dcb.Into(&s.waiting, Waiting(cmd.To)),
		dcb.Into(&s.waitingForFrom, Waiting(cmd.From)),
		dcb.Then(func() dcb.Boundary {
			s.lines = lines{} // an earlier attempt may have found some
			var waitedFor []CourseID
			if len(s.waiting) > 0 && s.seatsTaken < s.capacity {
				waitedFor = append(waitedFor, cmd.To)
			}
			if len(s.waitingForFrom) > 0 {
				waitedFor = append(waitedFor, cmd.From)
			}
			return s.find(waitedFor, []CourseID{cmd.From})
		}),
	}
}

func (cmd SwapSeats) decide(s swap) ([]dcb.Fact, error) {
	others, seated := cmd.serve(s)
	switch {
	case !s.fromExists || !s.toExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case cmd.From == cmd.To:
		return nil, ErrSameCourse
	case s.archived:
		return nil, ErrCourseArchived
	case !s.subscribed:
		return nil, ErrNotSubscribed
	case s.subscribedTo:
		return nil, ErrAlreadySubscribed
	// A capacity may have shrunk below the seats taken, so this is not ==.
	case s.seatsTaken >= s.capacity:
		return nil, ErrCourseFull
	case !seated:
		return nil, ErrSeatsSpokenFor
	}
	left := StudentUnsubscribedFromCourse{Student: cmd.Student, Course: cmd.From}
	swapped := append(dcb.Facts(left), seat(cmd.Student, cmd.To, s.waiting)...)
	return withPromotions(swapped, others), nil
}

// serve gives the free seats of both courses to those who wait, and one to the student, who
// stands at the end of the line unless the student waits already. The seat given back is the
// room that the student has. It returns who else gets a seat, and whether the student does.
func (cmd SwapSeats) serve(s swap) (others []place, seated bool) {
	mine := place{cmd.Student, cmd.To}
	line := withLast(s.line, mine)
	free := freeSeats(s.seats, []CourseID{cmd.From})
	free[cmd.To] = s.capacity - s.seatsTaken
	room := roomOf(s.waiters)
	room[cmd.Student] = 1
	return apart(giveSeats(line, free, room), mine)
}
