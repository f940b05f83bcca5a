package race

import (
	"slices"

	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A prize is what contenders of a race want, and how much of it there is. Most often it is the
// seats of a course.
type prize struct {
	key   string
	label string
	kind  string // "seat", or "course" if one student wants many
	most  int
}

// prizesOf returns the prize of each contender of a race, by number.
func prizesOf(replay lab.Replay) map[int]prize {
	of, crowd := map[int]prize{}, crowdOf(replay.Lineup)
	alone := prize{key: "alone", label: "Alone", kind: "seat"}
	for _, who := range replay.Contenders {
		if crowd.isAlone(who) {
			alone.most++
		}
	}
	for _, who := range replay.Contenders {
		course := courseOf(replay.Lineup, who)
		p := prize{string(course.ID), course.Title, "seat", course.Seats}
		switch {
		case replay.Guest != nil && crowd.ofStudent[who.Student] > 1:
			p = prize{string(who.Student), "Courses", "course", courses.MaxCourses}
		case replay.Guest != nil && crowd.isAlone(who):
			p = alone
		case len(replay.Courses) == 1:
			p.label = ui.Seats(course.Seats)
		}
		of[who.Number] = p
	}
	return of
}

// named returns a race whose lanes have names of their own. If one student asks for many courses,
// a lane is named after the course.
func named(replay lab.Replay) lab.Replay {
	crowd := crowdOf(replay.Lineup)
	replay.Contenders = slices.Clone(replay.Contenders)
	for i, who := range replay.Contenders {
		if crowd.ofStudent[who.Student] > 1 {
			replay.Contenders[i].Name = courseOf(replay.Lineup, who).Title
		}
	}
	return replay
}

// A crowd counts contenders.
type crowd struct {
	ofStudent map[courses.StudentID]int
	inCourse  map[courses.CourseID]int
}

func crowdOf(lineup lab.Lineup) crowd {
	c := crowd{map[courses.StudentID]int{}, map[courses.CourseID]int{}}
	for _, who := range lineup.Contenders {
		c.ofStudent[who.Student]++
		c.inCourse[who.Course]++
	}
	return c
}

func (c crowd) isAlone(who lab.Contender) bool {
	return c.ofStudent[who.Student] == 1 && c.inCourse[who.Course] == 1
}

func courseOf(lineup lab.Lineup, who lab.Contender) lab.Course {
	i := slices.IndexFunc(lineup.Courses, func(course lab.Course) bool { return course.ID == who.Course })
	return lineup.Courses[i]
}
