package rival

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
)

// A Rival is a student, and what the student can do right now. The zero Rival is nobody.
type Rival struct {
	Student courses.StudentID
	Name    string // as pages show it
	Course  courses.CourseID
	Does    string // what the student does: "subscribes to Compilers"

	command func(courses.RequestID) dcb.Command
}

// Nobody reports whether there is no such student.
func (r Rival) Nobody() bool { return r.Student == "" }

// Command is what the student does, as a request.
func (r Rival) Command(request courses.RequestID) dcb.Command { return r.command(request) }

// A Pair is one student who would get inside a boundary, and one who would stay outside.
type Pair struct{ Inside, Outside Rival }

const (
	mostTried   = 4  // students about whom each possibility is tried
	mostCourses = 25 // courses that are looked through for one outside the boundary
)

// Find returns the students who can do something inside the boundary with this condition, and
// outside. If only is not "", it looks at that student alone.
func Find(ctx context.Context, s *site.Site, condition dcb.Query, only courses.StudentID) (Pair, error) {
	c := candidates{only: only, about: subjectsOf(condition)}
	var ask readmodel.Questions
	c.ask(&ask)
	if _, err := s.Terms.Ask(ctx, &ask); err != nil {
		return Pair{}, err
	}
	var pair Pair
	var err error
	if pair.Inside, err = firstOf(ctx, s.LogOf(ctx), c.inside(), condition, true); err != nil {
		return Pair{}, err
	}
	pair.Outside, err = firstOf(ctx, s.LogOf(ctx), c.outside(), condition, false)
	return pair, err
}

// firstOf returns the first of those whose command is not refused, and whose events are inside
// the boundary, or outside.
func firstOf(ctx context.Context, log dcb.Log, all []Rival, condition dcb.Query, inside bool) (Rival, error) {
	for _, r := range all {
		events, err := try(ctx, log, r.command(""))
		if err != nil {
			return Rival{}, err
		}
		matches := slices.ContainsFunc(events, func(e dcb.InputEvent) bool {
			return condition.Matches(dcb.Event{Type: e.Type, Tags: e.Tags})
		})
		if len(events) > 0 && matches == inside {
			return r, nil
		}
	}
	return Rival{}, nil
}

// subjects are whom and what a boundary looks at.
type subjects struct {
	courses  []courses.CourseID
	students []courses.StudentID
}

func subjectsOf(condition dcb.Query) (s subjects) {
	for _, item := range condition.Items() {
		for _, tag := range item.Tags {
			if id, ok := courses.CourseIn(tag); ok && !slices.Contains(s.courses, id) {
				s.courses = append(s.courses, id)
			}
			if id, ok := courses.StudentIn(tag); ok {
				s.students = append(s.students, id)
			}
		}
	}
	return s
}

// candidates are the students around a boundary.
type candidates struct {
	only      courses.StudentID
	about     subjects
	courses   []readmodel.Course // that the boundary looks at
	newcomers [][]readmodel.Student
	seated    []readmodel.Page[readmodel.Member]

	all       readmodel.Page[readmodel.Course]
	other     readmodel.Course // one that it does not look at, with a free seat
	strangers []readmodel.Student
}

// ask adds the questions about the students around the boundary.
func (c *candidates) ask(ask *readmodel.Questions) {
	n := len(c.about.courses)
	c.courses, c.newcomers, c.seated = make([]readmodel.Course, n), make([][]readmodel.Student, n), make([]readmodel.Page[readmodel.Member], n)
	most := mostTried + len(c.about.students)
	for i, id := range c.about.courses {
		ask.Course(&c.courses[i], id)
		ask.StudentsWithoutPlace(&c.newcomers[i], id, string(c.only), most)
		ask.Seats(&c.seated[i], id, readmodel.Cursor{}, most)
	}
	ask.Courses(&c.all, "", readmodel.Cursor{}, mostCourses)
	ask.Then(func() {
		i := slices.IndexFunc(c.all.Rows, func(course readmodel.Course) bool {
			return !slices.Contains(c.about.courses, course.ID) && !course.Archived && course.SeatsTaken < course.Capacity
		})
		if i >= 0 {
			c.other = c.all.Rows[i]
			ask.StudentsWithoutPlace(&c.strangers, c.other.ID, string(c.only), most)
		}
	})
}

// inside lists what may get inside the boundary: seats taken in its courses, waiting for them,
// and seats given back.
func (c *candidates) inside() []Rival {
	var all []Rival
	for i, course := range c.courses {
		for _, s := range c.newcomers[i] {
			all = c.add(all, subscribes(s, course))
		}
		for _, s := range c.newcomers[i] {
			all = c.add(all, waits(s, course))
		}
		for _, m := range c.seated[i].Rows {
			all = c.add(all, leaves(m, course))
		}
	}
	return all
}

// outside lists seats taken in a course that the boundary does not look at.
func (c *candidates) outside() []Rival {
	var all []Rival
	for _, s := range c.strangers {
		all = c.add(all, subscribes(s, c.other))
	}
	return all
}

// add adds a rival, unless the boundary is about that student or another one is asked for.
func (c *candidates) add(all []Rival, r Rival) []Rival {
	if slices.Contains(c.about.students, r.Student) || c.only != "" && r.Student != c.only {
		return all
	}
	return append(all, r)
}

func subscribes(s readmodel.Student, course readmodel.Course) Rival {
	return Rival{s.ID, s.Called(), course.ID, "subscribes to " + course.Title, func(request courses.RequestID) dcb.Command {
		return courses.SubscribeStudent{Student: s.ID, Course: course.ID, Request: request}
	}}
}

func waits(s readmodel.Student, course readmodel.Course) Rival {
	return Rival{s.ID, s.Called(), course.ID, "waits for " + course.Title, func(request courses.RequestID) dcb.Command {
		return courses.JoinWaitlist{Student: s.ID, Course: course.ID, Request: request}
	}}
}

func leaves(m readmodel.Member, course readmodel.Course) Rival {
	return Rival{m.ID, m.Called(), course.ID, "leaves " + course.Title, func(request courses.RequestID) dcb.Command {
		return courses.UnsubscribeStudent{Student: m.ID, Course: course.ID, Request: request}
	}}
}
