package readmodel

import (
	"maps"
	"slices"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// rows are the rows that a stretch of the log is about: first as they are in the tables,
// and then as each fact leaves them. A row that does not exist is not in a map.
type rows struct {
	courses  map[courses.CourseID]Course
	students map[courses.StudentID]Student
	places   map[place]int64 // the positions since which they are held

	// The keys that open the names in facts. Without a ring, names stay sealed.
	keys sealed.Ring
}

func newRows() rows {
	return rows{
		courses:  map[courses.CourseID]Course{},
		students: map[courses.StudentID]Student{},
		places:   map[place]int64{},
	}
}

// A place is a student's seat in a course, or place on its waitlist.
type place struct {
	student courses.StudentID
	course  courses.CourseID
	waiting bool
}

func (p place) byStudent() string { return string(p.student) }
func (p place) inCourse() string  { return string(p.course) }
func (p place) isWaiting() bool   { return p.waiting }

// apply applies one event. It ignores an event that breaks the rules, as a seat for an
// unknown student: another program may have appended it, and pages show what makes sense.
func (r rows) apply(event located) {
	position := event.position
	switch e := event.Fact.(type) {
	case courses.CourseDefined:
		course, exists := r.courses[e.Course]
		if !e.Course.Valid() {
			return // no page could have its address
		}
		if !exists {
			course.ID, course.DefinedAt, course.Listed = e.Course, position, event.listed
		}
		course.Title, course.Capacity, course.ChangedAt = shown(e.Title), e.Capacity, position
		r.courses[e.Course] = course
	case courses.CourseRenamed:
		r.changeCourse(e.Course, position, func(c *Course) { c.Title = shown(e.NewTitle) })
	case courses.CourseCapacityChanged:
		r.changeCourse(e.Course, position, func(c *Course) { c.Capacity = e.NewCapacity })
	case courses.CourseArchived:
		r.changeCourse(e.Course, position, func(c *Course) { c.Archived = true })
	case courses.StudentRegistered:
		student, exists := r.students[e.Student]
		if !e.Student.Valid() {
			return
		}
		if !exists {
			student.ID, student.RegisteredAt, student.Listed = e.Student, position, event.listed
		}
		student.ChangedAt = position
		r.call(&student, e.Name)
		r.students[e.Student] = student
	case courses.StudentRenamed:
		r.changeStudent(e.Student, position, func(s *Student) { r.call(s, e.NewName) })
	case courses.StudentForgotten:
		r.changeStudent(e.Student, position, func(s *Student) { s.Name, s.Forgotten = courses.ForgottenName, true })
	case courses.StudentSubscribedToCourse:
		r.take(place{e.Student, e.Course, false}, position)
	case courses.StudentUnsubscribedFromCourse:
		r.leave(place{e.Student, e.Course, false}, position)
	case courses.StudentJoinedWaitlist:
		r.take(place{e.Student, e.Course, true}, position)
	case courses.StudentLeftWaitlist:
		r.leave(place{e.Student, e.Course, true}, position)
	}
}

// call gives a student a name. A name sealed for another student can't be read.
func (r rows) call(s *Student, name sealed.Text) {
	s.Sealed = ""
	switch {
	case !name.IsSealed():
		s.Name = shown(string(name))
	case !courses.IsSealedName(name) || name.Subject() != s.ID.Tag():
		s.Name = courses.UnreadableName
	case r.keys == nil:
		s.Name, s.Sealed = string(name), name
	default:
		s.Name, s.Sealed = shown(courses.ShownName(r.keys.Open(name))), name
	}
}

// subjectsOf returns the subjects of the sealed names in facts.
func subjectsOf(facts []located) []dcb.Tag {
	subjects := map[dcb.Tag]bool{}
	for _, fact := range facts {
		switch e := fact.Fact.(type) {
		case courses.StudentRegistered:
			subjects[e.Name.Subject()] = true
		case courses.StudentRenamed:
			subjects[e.NewName.Subject()] = true
		}
	}
	delete(subjects, "")
	return slices.Collect(maps.Keys(subjects))
}

func (r rows) take(p place, position int64) {
	_, course := r.courses[p.course]
	_, student := r.students[p.student]
	if _, taken := r.places[p]; course && student && !taken {
		r.places[p] = position
		r.count(p, position, +1)
	}
}

func (r rows) leave(p place, position int64) {
	if _, taken := r.places[p]; taken {
		delete(r.places, p)
		r.count(p, position, -1)
	}
}

// count adds one, which may be negative, to the counts of a place's course and student.
func (r rows) count(p place, position int64, one int) {
	r.changeCourse(p.course, position, func(c *Course) {
		if p.waiting {
			c.Waiting += one
		} else {
			c.SeatsTaken += one
		}
	})
	if !p.waiting {
		r.changeStudent(p.student, position, func(s *Student) { s.CoursesTaken += one })
	}
}

func (r rows) clone() rows {
	return rows{maps.Clone(r.courses), maps.Clone(r.students), maps.Clone(r.places), r.keys}
}

func (r rows) changeCourse(id courses.CourseID, position int64, change func(*Course)) {
	if course, exists := r.courses[id]; exists {
		change(&course)
		course.ChangedAt = position
		r.courses[id] = course
	}
}

func (r rows) changeStudent(id courses.StudentID, position int64, change func(*Student)) {
	if student, exists := r.students[id]; exists {
		change(&student)
		student.ChangedAt = position
		r.students[id] = student
	}
}
