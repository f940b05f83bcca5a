package readmodel_test

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// A picture is the content of the tables.
type picture struct {
	Position int64
	Courses  []Course
	Students []Student
	Places   []heldPlace
}

// A heldPlace is a row of read_place.
type heldPlace struct {
	Student courses.StudentID
	Course  courses.CourseID
	Waiting bool
	Since   int64
}

// folded returns what the tables should have: the whole log, applied by the simplest possible
// code, which searches lists and counts again after each event.
func (b *bench) folded() picture {
	b.t.Helper()
	var p picture
	for e, err := range b.log.Read(b.t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(b.t, err)
		p.Position = e.Position
		if fact, err := courses.Decode(e.Type, e.Data); err == nil {
			p.take(fact, e)
		}
	}
	return p
}

// listed is whether lists show the course or student that an event begins, for the ids of these
// tests.
func listed[ID ~string](e dcb.Event, id ID) bool {
	older := e.CorrelationID == "race-"+aRace && strings.HasPrefix(string(id), e.CorrelationID+"-")
	return !older && !slices.ContainsFunc(e.Tags, func(tag dcb.Tag) bool { return strings.HasPrefix(string(tag), "race:") })
}

func (p *picture) take(fact dcb.Fact, event dcb.Event) {
	position := event.Position
	switch e := fact.(type) {
	case courses.CourseDefined:
		if e.Course.Valid() && p.course(e.Course) == nil {
			p.Courses = append(p.Courses, Course{ID: e.Course, DefinedAt: position, Listed: listed(event, e.Course)})
		}
		if c := p.course(e.Course); c != nil {
			c.Title, c.Capacity, c.ChangedAt = e.Title, e.Capacity, position
		}
	case courses.CourseRenamed:
		if c := p.course(e.Course); c != nil {
			c.Title, c.ChangedAt = e.NewTitle, position
		}
	case courses.CourseCapacityChanged:
		if c := p.course(e.Course); c != nil {
			c.Capacity, c.ChangedAt = e.NewCapacity, position
		}
	case courses.CourseArchived:
		if c := p.course(e.Course); c != nil {
			c.Archived, c.ChangedAt = true, position
		}
	case courses.StudentRegistered:
		if e.Student.Valid() && p.student(e.Student) == nil {
			p.Students = append(p.Students, Student{ID: e.Student, RegisteredAt: position, Listed: listed(event, e.Student)})
		}
		if s := p.student(e.Student); s != nil {
			s.Name, s.ChangedAt = string(e.Name), position
		}
	case courses.StudentRenamed:
		if s := p.student(e.Student); s != nil {
			s.Name, s.ChangedAt = string(e.NewName), position
		}
	case courses.StudentSubscribedToCourse:
		p.give(heldPlace{e.Student, e.Course, false, position})
	case courses.StudentUnsubscribedFromCourse:
		p.takeBack(heldPlace{e.Student, e.Course, false, position})
	case courses.StudentJoinedWaitlist:
		p.give(heldPlace{e.Student, e.Course, true, position})
	case courses.StudentLeftWaitlist:
		p.takeBack(heldPlace{e.Student, e.Course, true, position})
	}
}

func (p *picture) give(place heldPlace) {
	if p.course(place.Course) != nil && p.student(place.Student) != nil && p.held(place) < 0 {
		p.Places = append(p.Places, place)
		p.count(place)
	}
}

func (p *picture) takeBack(place heldPlace) {
	if i := p.held(place); i >= 0 {
		p.Places = slices.Delete(p.Places, i, i+1)
		p.count(place)
	}
}

// count counts the places of a course and a student after one of them has changed.
func (p *picture) count(changed heldPlace) {
	c, s := p.course(changed.Course), p.student(changed.Student)
	c.SeatsTaken, c.Waiting, c.ChangedAt = 0, 0, changed.Since
	if !changed.Waiting {
		s.ChangedAt = changed.Since
	}
	s.CoursesTaken = 0
	for _, place := range p.Places {
		switch {
		case place.Course == c.ID && place.Waiting:
			c.Waiting++
		case place.Course == c.ID:
			c.SeatsTaken++
		}
		if place.Student == s.ID && !place.Waiting {
			s.CoursesTaken++
		}
	}
}

func (p *picture) held(place heldPlace) int {
	return slices.IndexFunc(p.Places, func(other heldPlace) bool {
		return other.Student == place.Student && other.Course == place.Course && other.Waiting == place.Waiting
	})
}

func (p *picture) course(id courses.CourseID) *Course {
	for i := range p.Courses {
		if p.Courses[i].ID == id {
			return &p.Courses[i]
		}
	}
	return nil
}

func (p *picture) student(id courses.StudentID) *Student {
	for i := range p.Students {
		if p.Students[i].ID == id {
			return &p.Students[i]
		}
	}
	return nil
}

// sharesTitle is whether another course has the same title, as people read it.
func (p picture) sharesTitle(course Course) bool {
	return course.Listed && slices.ContainsFunc(p.Courses, func(other Course) bool {
		return other.ID != course.ID && other.Listed && Folded(other.Title) == Folded(course.Title)
	})
}

// sharesName is whether another student has the same name, as people read it.
func (p picture) sharesName(student Student) bool {
	return student.Listed && slices.ContainsFunc(p.Students, func(other Student) bool {
		return other.ID != student.ID && other.Listed && Folded(other.Name) == Folded(student.Name)
	})
}
