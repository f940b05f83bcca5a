package lens_test

import (
	"context"
	"errors"

	. "go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// failing gives the answers of the database, and an error for one of the questions.
// The number of that question is in fails, and it counts from 1.
type failing struct {
	readmodel.Answers
	asked, fails int
}

var errUnanswered = errors.New("unanswered")

func (f *failing) next() error {
	if f.asked++; f.asked == f.fails {
		return errUnanswered
	}
	return nil
}

func (f *failing) PlacesOf(ctx context.Context, student StudentID) ([]readmodel.Place, error) {
	if err := f.next(); err != nil {
		return nil, err
	}
	return f.Answers.PlacesOf(ctx, student)
}

func (f *failing) Courses(ctx context.Context, search string, at readmodel.Cursor, size int) (readmodel.Page[readmodel.Course], error) {
	if err := f.next(); err != nil {
		return readmodel.Page[readmodel.Course]{}, err
	}
	return f.Answers.Courses(ctx, search, at, size)
}

func (f *failing) StudentsWithoutPlace(ctx context.Context, course CourseID, search string, most int) ([]readmodel.Student, error) {
	if err := f.next(); err != nil {
		return nil, err
	}
	return f.Answers.StudentsWithoutPlace(ctx, course, search, most)
}

func (f *failing) Seats(ctx context.Context, course CourseID, at readmodel.Cursor, size int) (readmodel.Page[readmodel.Member], error) {
	if err := f.next(); err != nil {
		return readmodel.Page[readmodel.Member]{}, err
	}
	return f.Answers.Seats(ctx, course, at, size)
}
