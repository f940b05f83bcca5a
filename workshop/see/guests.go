package see

import (
	"context"
	"errors"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
)

// Commands returns a guest that decides with the commands of a model.
func Commands(model string, command func(courses.StudentID, courses.CourseID) dcb.Command, cast lab.Cast) lab.Guest {
	return lab.Guest{
		Model: model, Cast: cast,
		Command: func(student courses.StudentID, course courses.CourseID, _ int) dcb.Command {
			return command(student, course)
		},
	}
}

// TakeSeat is a function of a step that gives a student one of the seats of a course.
type TakeSeat func(ctx context.Context, log dcb.Log, student, course string, seats int) error

// SeatTakers returns a guest that decides with a function of a step. That function returns full
// if no seat is left.
func SeatTakers(model string, take TakeSeat, full error, cast lab.Cast) lab.Guest {
	return lab.Guest{
		Model: model, Cast: cast, Plain: true,
		Command: func(student courses.StudentID, course courses.CourseID, seats int) dcb.Command {
			return SeatTaker{Student: student, Course: course, seats: seats, take: take, full: full}
		},
	}
}

// A SeatTaker is a student who asks for a seat with the function of a step.
type SeatTaker struct {
	Student courses.StudentID
	Course  courses.CourseID

	seats int
	take  TakeSeat
	full  error
}

// Decide implements [dcb.Command].
func (s SeatTaker) Decide(ctx context.Context, log dcb.Log) error {
	err := s.take(ctx, translated{log}, string(s.Student), string(s.Course), s.seats)
	if errors.Is(err, s.full) {
		return courses.ErrCourseFull
	}
	return err
}
