package lab

import (
	"fmt"

	"go-crablet/domain/courses"
)

// A Cast is who takes part when all contenders meet. There are three kinds of contenders:
//
//   - The rush: many students who want a seat in one course.
//   - The collector: one student who asks for many courses at once.
//   - The quiet ones: students who are each alone in a course. The registrar renames these
//     courses while all contenders are in the window.
type Cast struct {
	Rush      int // students in the rush
	Seats     int // of their course
	Collector int // courses that the collector asks for
	Quiet     int // quiet students
}

// Electives is how many courses a collector asks for: more than a student may have.
const Electives = courses.MaxCourses + 5

// lineup makes the contenders and the courses of a run, and returns the quiet courses beside
// them. Except for the ids, they depend on nothing but the cast and the seed.
func (c Cast) lineup(id string, seed uint32) (l Lineup, quiet []courses.CourseID) {
	order := seeded(seed).Perm(c.Rush + c.Collector + c.Quiet)
	l.Contenders = make([]Contender, len(order))
	student := func(kind string, n int) courses.StudentID {
		return courses.StudentID(fmt.Sprintf("%s%s-%s-%d", idPrefix, id, kind, n))
	}
	add := func(name string, student courses.StudentID, course courses.CourseID) {
		place := order[0]
		order = order[1:]
		l.Contenders[place] = Contender{Number: place + 1, Name: name, Student: student, Course: course}
	}
	if c.Rush > 0 {
		rush := l.addCourse(id, "The rush", c.Seats)
		for i := range c.Rush {
			add(names[i%len(names)], student("rush", i+1), rush)
		}
	}
	for i := range c.Collector {
		add("Collector", student("collector", 1), l.addCourse(id, fmt.Sprint("Course ", i+1), 1))
	}
	for i := range c.Quiet {
		course := l.addCourse(id, fmt.Sprint("Quiet ", i+1), 1)
		add(fmt.Sprint("Quiet ", i+1), student("quiet", i+1), course)
		quiet = append(quiet, course)
	}
	return l, quiet
}
