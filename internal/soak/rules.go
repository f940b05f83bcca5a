package main

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A term is what a log says: courses, students, seats and lines.
type term struct {
	courses  map[courses.CourseID]*course
	students map[courses.StudentID]*student
	finds    func(format string, args ...any)
}

type course struct {
	title    string
	capacity int
	archived bool
	seats    map[courses.StudentID]int64 // since when
	line     []courses.StudentID         // the longest waiting first
}

type student struct {
	forgotten bool
	seats     int
	waits     map[courses.CourseID]int64 // since when
}

func newTerm(finds func(format string, args ...any)) *term {
	return &term{map[courses.CourseID]*course{}, map[courses.StudentID]*student{}, finds}
}

func (c *course) free() int   { return c.capacity - len(c.seats) }
func (s *student) room() bool { return s.seats < courses.MaxCourses }

// take applies the events of one append. Then it checks what has to hold between appends.
func (t *term) take(events []dcb.Event) {
	var given []givenSeat
	touched := map[courses.CourseID]bool{}
	for _, e := range events {
		if e.Type == (elementAppended{}).EventType() {
			continue
		}
		fact, err := courses.Decode(e.Type, e.Data)
		if err != nil || fact == nil {
			t.finds("the event at %d, a %s, is no fact: %v", e.Position, e.Type, err)
			continue
		}
		if seat, ok := fact.(courses.StudentSubscribedToCourse); ok && t.courses[seat.Course] != nil {
			line := t.courses[seat.Course].line
			if i := slices.Index(line, seat.Student); i >= 0 {
				line = line[:i]
			}
			given = append(given, givenSeat{seat, slices.Clone(line), e.Position})
		}
		t.apply(fact, e.Position)
		for _, tag := range fact.Tags() {
			t.touch(tag, touched)
		}
	}
	for _, seat := range given {
		t.checkOrder(seat)
	}
	for id := range touched {
		t.checkFree(id, events[len(events)-1].Position)
	}
}

// touch notes the courses that a fact can matter to: its own, and those that its student waits for.
func (t *term) touch(tag dcb.Tag, touched map[courses.CourseID]bool) {
	if id, ok := courses.CourseIn(tag); ok {
		touched[id] = true
	}
	if id, ok := courses.StudentIn(tag); ok && t.students[id] != nil {
		for waited := range t.students[id].waits {
			touched[waited] = true
		}
	}
}

// A givenSeat is a seat, and those who had waited longer for it.
type givenSeat struct {
	courses.StudentSubscribedToCourse
	ahead    []courses.StudentID
	position int64
}

// checkOrder looks for somebody who had waited longer, still waits, and has room.
func (t *term) checkOrder(seat givenSeat) {
	for _, other := range seat.ahead {
		if slices.Contains(t.courses[seat.Course].line, other) && t.students[other].room() {
			t.finds("waitlist order: at %d %s got a seat in %s before %s, who has waited longer and has room", seat.position, seat.Student, seat.Course, other)
		}
	}
}

// checkFree looks for a free seat beside somebody who waits for it and has room.
func (t *term) checkFree(id courses.CourseID, position int64) {
	c := t.courses[id]
	if c == nil {
		return
	}
	if c.archived && len(c.line) > 0 {
		t.finds("after %d somebody waits for %s, which is archived", position, id)
	}
	if c.archived || c.free() <= 0 {
		return
	}
	for _, waiting := range c.line {
		if t.students[waiting].room() {
			t.finds("after %d a seat in %s is free, and %s waits for it and has room", position, id, waiting)
		}
	}
}

func (t *term) apply(fact dcb.Fact, position int64) {
	switch f := fact.(type) {
	case courses.StudentSubscribedToCourse:
		t.seat(f, position)
	case courses.StudentUnsubscribedFromCourse:
		t.unseat(f, position)
	case courses.StudentJoinedWaitlist:
		t.queue(f, position)
	case courses.StudentLeftWaitlist:
		t.unqueue(f, position)
	case courses.StudentRegistered, courses.StudentRenamed, courses.StudentForgotten:
		t.applyToStudent(f, position)
	default:
		t.applyToCourse(f, position)
	}
}

func (t *term) applyToCourse(fact dcb.Fact, position int64) {
	ids := fact.Tags()
	id, _ := courses.CourseIn(ids[0])
	c := t.courses[id]
	if defined, ok := fact.(courses.CourseDefined); ok {
		if c != nil {
			t.finds("at %d %s is defined a second time", position, id)
			return
		}
		t.courses[id] = &course{title: defined.Title, capacity: defined.Capacity, seats: map[courses.StudentID]int64{}}
		return
	}
	if c == nil || c.archived {
		t.finds("at %d %s changes, which does not exist or is archived", position, id)
		return
	}
	switch f := fact.(type) {
	case courses.CourseRenamed:
		if c.title == f.NewTitle {
			t.finds("at %d %s gets the title that it has", position, id)
		}
		c.title = f.NewTitle
	case courses.CourseCapacityChanged:
		if c.capacity == f.NewCapacity {
			t.finds("at %d %s gets the capacity that it has", position, id)
		}
		c.capacity = f.NewCapacity
	case courses.CourseArchived:
		c.archived = true
	default:
		t.finds("at %d is a fact that the oracle does not know: %T", position, f)
	}
}

func (t *term) applyToStudent(fact dcb.Fact, position int64) {
	id, _ := courses.StudentIn(fact.Tags()[0])
	s := t.students[id]
	if _, ok := fact.(courses.StudentRegistered); ok {
		if s != nil {
			t.finds("at %d %s is registered a second time", position, id)
			return
		}
		t.students[id] = &student{waits: map[courses.CourseID]int64{}}
		return
	}
	if s == nil || s.forgotten {
		t.finds("at %d %s changes, who does not exist or is forgotten", position, id)
		return
	}
	if _, ok := fact.(courses.StudentForgotten); ok {
		if s.seats > 0 || len(s.waits) > 0 {
			t.finds("at %d %s is forgotten, who has a seat or waits for one", position, id)
		}
		s.forgotten = true
	}
}

// both returns a course and a student who can do something, or says that there is none.
func (t *term) both(c courses.CourseID, s courses.StudentID, position int64) (*course, *student, bool) {
	found, who := t.courses[c], t.students[s]
	if found == nil || who == nil || who.forgotten {
		t.finds("at %d %s or %s does not exist, or is forgotten", position, c, s)
		return nil, nil, false
	}
	return found, who, true
}

func (t *term) seat(f courses.StudentSubscribedToCourse, position int64) {
	c, s, ok := t.both(f.Course, f.Student, position)
	if !ok {
		return
	}
	_, has := c.seats[f.Student]
	switch {
	case has:
		t.finds("at %d %s has a seat in %s already", position, f.Student, f.Course)
		return
	case c.archived:
		t.finds("at %d %s gets a seat in %s, which is archived", position, f.Student, f.Course)
	case c.free() <= 0:
		t.finds("oversold: at %d %s gets a seat in %s, where every seat is taken", position, f.Student, f.Course)
	case !s.room():
		t.finds("at %d %s gets a seat in %s, and has ten", position, f.Student, f.Course)
	}
	c.seats[f.Student] = position
	s.seats++
}

func (t *term) unseat(f courses.StudentUnsubscribedFromCourse, position int64) {
	c, s, ok := t.both(f.Course, f.Student, position)
	if !ok {
		return
	}
	if _, has := c.seats[f.Student]; !has {
		t.finds("at %d %s gives a seat in %s back, and has none", position, f.Student, f.Course)
		return
	}
	delete(c.seats, f.Student)
	s.seats--
}

func (t *term) queue(f courses.StudentJoinedWaitlist, position int64) {
	c, s, ok := t.both(f.Course, f.Student, position)
	if !ok {
		return
	}
	_, has := c.seats[f.Student]
	switch {
	case has, slices.Contains(c.line, f.Student):
		t.finds("at %d %s waits for %s, and has a seat or waits already", position, f.Student, f.Course)
		return
	case c.archived, len(c.line) >= courses.MaxWaiting:
		t.finds("at %d %s waits for %s, which is archived, or has a full waitlist", position, f.Student, f.Course)
	}
	c.line = append(c.line, f.Student)
	s.waits[f.Course] = position
}

func (t *term) unqueue(f courses.StudentLeftWaitlist, position int64) {
	c, s, ok := t.both(f.Course, f.Student, position)
	if !ok {
		return
	}
	i := slices.Index(c.line, f.Student)
	if i < 0 {
		t.finds("at %d %s leaves the waitlist of %s, and is not on it", position, f.Student, f.Course)
		return
	}
	c.line = slices.Delete(c.line, i, i+1)
	delete(s.waits, f.Course)
}
