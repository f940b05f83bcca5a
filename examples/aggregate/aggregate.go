package aggregate

import (
	"context"
	"errors"

	"go-crablet/dcb"
)

// The refusals.
var (
	ErrDefined      = errors.New("there is such a course already")
	ErrNotDefined   = errors.New("there is no such course")
	ErrSameCapacity = errors.New("the course has this many seats already")
	ErrSeatsTaken   = errors.New("more seats of the course are taken than that")
	ErrFull         = errors.New("every seat in this course is taken")
)

// A CourseID names a course. It is the only tag of each of its facts.
type CourseID string

// Tags implements [dcb.Fact] for every fact that embeds the id.
func (id CourseID) Tags() dcb.Tags { return dcb.NewTags("course", string(id)) }

// CourseDefined says that there is a course, with a number of seats.
type CourseDefined struct {
	CourseID `json:"course_id"`
	Title    string `json:"title"`
	Capacity int    `json:"capacity"`
}

// CourseCapacityChanged says that a course has another number of seats from now on.
type CourseCapacityChanged struct {
	CourseID    `json:"course_id"`
	NewCapacity int `json:"new_capacity"`
}

// StudentSubscribedToCourse says that a student has a seat in a course.
type StudentSubscribedToCourse struct {
	CourseID `json:"course_id"`
	Student  string `json:"student_id"`
}

// EventType implements [dcb.Fact].
func (CourseDefined) EventType() string { return "CourseDefined" }

// EventType implements [dcb.Fact].
func (CourseCapacityChanged) EventType() string { return "CourseCapacityChanged" }

// EventType implements [dcb.Fact].
func (StudentSubscribedToCourse) EventType() string { return "StudentSubscribedToCourse" }

// A Course is the aggregate, made of its history. Its methods check the rules and return new
// facts.
type Course struct {
	id                      CourseID
	defined                 bool
	capacity, subscriptions int
}

// History makes a course of all of its facts.
func History(id CourseID) dcb.Projection[Course] {
	return dcb.Project(Course{id: id}, id.Tags(),
		dcb.On(func(c Course, e CourseDefined) Course { c.defined, c.capacity = true, e.Capacity; return c }),
		dcb.On(func(c Course, e CourseCapacityChanged) Course { c.capacity = e.NewCapacity; return c }),
		dcb.On(func(c Course, _ StudentSubscribedToCourse) Course { c.subscriptions++; return c }))
}

// Define puts the course on offer.
func (c Course) Define(title string, capacity int) ([]dcb.Fact, error) {
	if c.defined {
		return nil, ErrDefined
	}
	return dcb.Facts(CourseDefined{c.id, title, capacity}), nil
}

// ChangeCapacity gives the course another number of seats.
func (c Course) ChangeCapacity(seats int) ([]dcb.Fact, error) {
	switch {
	case !c.defined:
		return nil, ErrNotDefined
	case seats == c.capacity:
		return nil, ErrSameCapacity
	case seats < c.subscriptions:
		return nil, ErrSeatsTaken
	}
	return dcb.Facts(CourseCapacityChanged{c.id, seats}), nil
}

// Subscribe gives a student a seat. It counts seats, and does not look at who has them.
func (c Course) Subscribe(student string) ([]dcb.Fact, error) {
	if c.subscriptions >= c.capacity {
		return nil, ErrFull
	}
	return dcb.Facts(StudentSubscribedToCourse{c.id, student}), nil
}

// An Update calls a method of one course. It takes the place of a repository.
type Update struct {
	Course CourseID
	Do     func(Course) ([]dcb.Fact, error)
}

// Decide loads the course, calls Do, and stores the facts that Do returns.
func (u Update) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, u.load, u.Do)
}

func (u Update) load(c *Course) dcb.Boundary { return dcb.Boundary{dcb.Into(c, History(u.Course))} }
