package courses

import (
	"context"
	"maps"
	"slices"
	"sync"

	"go-crablet/dcb"
)

// A Directory answers what pages ask: which courses and students there are, and
// who has a seat where. It keeps its answers in memory and, each time it is
// asked, reads only the events that are new. It is for looking; decisions never
// ask it.
//
// It is safe for concurrent use.
type Directory struct {
	log dcb.Log

	mu      sync.Mutex // held while reading what is new
	current *Term
}

// NewDirectory returns a directory of the log. The first question reads all of it.
func NewDirectory(log dcb.Log) *Directory {
	return &Directory{log: log, current: &Term{}}
}

// Term returns all there is to see as of now: everything that was stored before the
// call is in it.
func (d *Directory) Term(ctx context.Context) (*Term, error) {
	d.mu.Lock()
	defer d.mu.Unlock()

	events, position, err := d.log.ReadSince(ctx, dcb.AllEvents(), d.current.Position)
	if err != nil {
		return nil, err
	}
	if position == d.current.Position {
		return d.current, nil
	}
	next := d.current.clone()
	for _, e := range events {
		fact, err := Decode(e.Type, e.Data)
		if err != nil {
			return nil, err
		}
		next.apply(fact, e.Position)
	}
	next.Position = position
	d.current = next
	return next, nil
}

// A Term is all courses and students as of one position of the log. It does not
// change, so a page that is made of one is consistent in itself.
type Term struct {
	Position int64 // of the last event that is in it

	courses  map[CourseID]Course
	students map[StudentID]Student
	// In the order in which they were defined and registered.
	courseIDs  []CourseID
	studentIDs []StudentID
}

// A Course is what pages show of one.
type Course struct {
	ID       CourseID
	Title    string
	Capacity int
	Seats    []Seat // those taken, the longest held first
}

// A Student is what pages show of one.
type Student struct {
	ID    StudentID
	Name  string
	Seats []Seat // the longest held first
}

// A Seat is a student's place in a course.
type Seat struct {
	Student  StudentID
	Course   CourseID
	Position int64 // of the event that gave it
}

// Courses returns all courses, in the order in which they were defined.
func (t *Term) Courses() []Course {
	all := make([]Course, len(t.courseIDs))
	for i, id := range t.courseIDs {
		all[i] = t.courses[id]
	}
	return all
}

// Students returns all students, in the order in which they were registered.
func (t *Term) Students() []Student {
	all := make([]Student, len(t.studentIDs))
	for i, id := range t.studentIDs {
		all[i] = t.students[id]
	}
	return all
}

// Course returns a course, and whether there is one with this id.
func (t *Term) Course(id CourseID) (Course, bool) {
	c, ok := t.courses[id]
	return c, ok
}

// Student returns a student, and whether there is one with this id.
func (t *Term) Student(id StudentID) (Student, bool) {
	s, ok := t.students[id]
	return s, ok
}

// clone copies as much of a term as apply changes. Seats are copied on change.
func (t *Term) clone() *Term {
	next := &Term{
		courses:    maps.Clone(t.courses),
		students:   maps.Clone(t.students),
		courseIDs:  slices.Clone(t.courseIDs),
		studentIDs: slices.Clone(t.studentIDs),
	}
	if next.courses == nil {
		next.courses, next.students = map[CourseID]Course{}, map[StudentID]Student{}
	}
	return next
}

// apply takes one fact in. Facts of types that it does not know pass by.
func (t *Term) apply(fact dcb.Fact, position int64) {
	switch e := fact.(type) {
	case CourseDefined:
		t.courses[e.Course] = Course{ID: e.Course, Title: e.Title, Capacity: e.Capacity}
		t.courseIDs = append(t.courseIDs, e.Course)
	case CourseCapacityChanged:
		if course, ok := t.courses[e.Course]; ok {
			course.Capacity = e.NewCapacity
			t.courses[e.Course] = course
		}
	case StudentRegistered:
		t.students[e.Student] = Student{ID: e.Student, Name: e.Name}
		t.studentIDs = append(t.studentIDs, e.Student)
	case StudentSubscribedToCourse:
		seat := Seat{Student: e.Student, Course: e.Course, Position: position}
		t.changeSeats(e.Student, e.Course, func(seats []Seat) []Seat {
			return append(slices.Clip(seats), seat)
		})
	case StudentUnsubscribedFromCourse:
		t.changeSeats(e.Student, e.Course, func(seats []Seat) []Seat {
			return slices.DeleteFunc(slices.Clone(seats), func(seat Seat) bool {
				return seat.Student == e.Student && seat.Course == e.Course
			})
		})
	}
}

// changeSeats changes the seats on both sides, the course's and the student's, as
// far as they are there.
func (t *Term) changeSeats(student StudentID, course CourseID, change func([]Seat) []Seat) {
	if c, ok := t.courses[course]; ok {
		c.Seats = change(c.Seats)
		t.courses[course] = c
	}
	if s, ok := t.students[student]; ok {
		s.Seats = change(s.Seats)
		t.students[student] = s
	}
}
