package readmodel

import (
	"maps"
	"slices"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// rows are the rows that a stretch of the log is about: as the tables have them, and
// then, fact by fact, as they are to be. What is not there is in no map.
type rows struct {
	courses  map[courses.CourseID]Course
	students map[courses.StudentID]Student
	places   map[place]int64 // since which position

	// The keys that open the names in facts. Without a ring, names stay as they are.
	keys sealed.Ring
}

func newRows() rows {
	return rows{
		courses:  map[courses.CourseID]Course{},
		students: map[courses.StudentID]Student{},
		places:   map[place]int64{},
	}
}

// A place is a student's seat in a course, or one on its waitlist.
type place struct {
	student courses.StudentID
	course  courses.CourseID
	waiting bool
}

func (p place) byStudent() string { return string(p.student) }
func (p place) inCourse() string  { return string(p.course) }
func (p place) isWaiting() bool   { return p.waiting }

// apply takes in one event. It is forgiving where the rules are not: what they would
// never have let happen, as a seat for nobody, passes by. So the pages of a log that
// somebody else wrote into show what makes sense in it.
func (r rows) apply(event located) {
	position := event.position
	switch e := event.Fact.(type) {
	case courses.CourseDefined:
		course, exists := r.courses[e.Course]
		if !e.Course.Valid() {
			return // it could have no address
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

// call gives a student a name. One that is sealed for somebody else can't be read.
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

// subjectsOf returns whose sealed names are in facts.
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

// count counts a place on both sides, or takes it off again.
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
