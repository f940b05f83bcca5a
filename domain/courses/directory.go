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
	Archived bool
	Seats    []Seat // those taken, the longest held first
	Waiting  []Seat // those waited for, the longest waiting first
}

// A Student is what pages show of one.
type Student struct {
	ID      StudentID
	Name    string
	Seats   []Seat // the longest held first
	Waiting []Seat // waited for, the longest first
}

// A Seat is a student's place in a course, or on its waitlist.
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
	case CourseRenamed:
		t.changeCourse(e.Course, func(c *Course) { c.Title = e.NewTitle })
	case CourseCapacityChanged:
		t.changeCourse(e.Course, func(c *Course) { c.Capacity = e.NewCapacity })
	case CourseArchived:
		t.changeCourse(e.Course, func(c *Course) { c.Archived = true })
	case StudentRegistered:
		t.students[e.Student] = Student{ID: e.Student, Name: e.Name}
		t.studentIDs = append(t.studentIDs, e.Student)
	case StudentRenamed:
		t.changeStudent(e.Student, func(s *Student) { s.Name = e.NewName })
	case StudentSubscribedToCourse:
		seat := Seat{Student: e.Student, Course: e.Course, Position: position}
		t.changeCourse(e.Course, func(c *Course) { c.Seats = with(c.Seats, seat) })
		t.changeStudent(e.Student, func(s *Student) { s.Seats = with(s.Seats, seat) })
	case StudentUnsubscribedFromCourse:
		t.changeCourse(e.Course, func(c *Course) { c.Seats = without(c.Seats, e.Student, e.Course) })
		t.changeStudent(e.Student, func(s *Student) { s.Seats = without(s.Seats, e.Student, e.Course) })
	case StudentJoinedWaitlist:
		place := Seat{Student: e.Student, Course: e.Course, Position: position}
		t.changeCourse(e.Course, func(c *Course) { c.Waiting = with(c.Waiting, place) })
		t.changeStudent(e.Student, func(s *Student) { s.Waiting = with(s.Waiting, place) })
	case StudentLeftWaitlist:
		t.changeCourse(e.Course, func(c *Course) { c.Waiting = without(c.Waiting, e.Student, e.Course) })
		t.changeStudent(e.Student, func(s *Student) { s.Waiting = without(s.Waiting, e.Student, e.Course) })
	}
}

// changeCourse changes a course, if it is there.
func (t *Term) changeCourse(id CourseID, change func(*Course)) {
	if c, ok := t.courses[id]; ok {
		change(&c)
		t.courses[id] = c
	}
}

// changeStudent changes a student, if it is there.
func (t *Term) changeStudent(id StudentID, change func(*Student)) {
	if s, ok := t.students[id]; ok {
		change(&s)
		t.students[id] = s
	}
}

// with returns the seats and one more.
func with(seats []Seat, seat Seat) []Seat { return append(slices.Clip(seats), seat) }

// without returns the seats but for those of the student in the course.
func without(seats []Seat, student StudentID, course CourseID) []Seat {
	return slices.DeleteFunc(slices.Clone(seats), func(seat Seat) bool {
		return seat.Student == student && seat.Course == course
	})
}
