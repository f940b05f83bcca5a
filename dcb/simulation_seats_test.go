package dcb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Students take the seats of courses, and leave them. A course has so many seats, and a
// student may have so many of them.
type (
	simOpened struct {
		Course string `json:"course"`
		Seats  int    `json:"seats"`
	}
	simTaken struct {
		Course  string `json:"course"`
		Student string `json:"student"`
	}
	simLeft struct {
		Course  string `json:"course"`
		Student string `json:"student"`
	}
)

func (simOpened) EventType() string { return "Opened" }
func (simTaken) EventType() string  { return "Taken" }
func (simLeft) EventType() string   { return "Left" }

func (e simOpened) Tags() Tags { return NewTags("course", e.Course) }
func (e simTaken) Tags() Tags  { return NewTags("course", e.Course, "student", e.Student) }
func (e simLeft) Tags() Tags   { return NewTags("course", e.Course, "student", e.Student) }

var (
	errSimNoCourse = errors.New("there is no such course")
	errSimFull     = errors.New("every seat is taken")
	errSimTooMany  = errors.New("the student has seats enough")
	errSimNoSeat   = errors.New("the student has no seat")
)

// simSeats is what a decision about a seat knows.
type simSeats struct {
	seats, taken, ofStudent int
	has                     bool
}

// counted projects how many seats are taken of those with the tags.
func counted(tags Tags) Projection[int] {
	return Project(0, tags, On(func(n int, _ simTaken) int { return n + 1 }), On(func(n int, _ simLeft) int { return n - 1 }))
}

func (s *simSeats) boundary(course, student string, kind int) Boundary {
	capacity := Into(&s.seats, Project(0, NewTags("course", course), On(func(_ int, e simOpened) int { return e.Seats })))
	taken := Into(&s.taken, counted(NewTags("course", course)))
	if kind == 1 {
		capacity = Unguarded(capacity)
	}
	b := Boundary{capacity}
	if kind != 2 {
		b = append(b, taken)
	} else {
		b = append(b, Then(func() Boundary { return Boundary{Into(&s.taken, counted(NewTags("course", course)))} }))
	}
	return append(b,
		Into(&s.ofStudent, counted(NewTags("student", student))),
		Into(&s.has, Project(false, NewTags("course", course, "student", student),
			On(func(bool, simTaken) bool { return true }), On(func(bool, simLeft) bool { return false }))))
}

func (s simSeats) take(limit int) error {
	switch {
	case s.seats == 0:
		return errSimNoCourse
	case s.has:
		return nil
	case s.taken >= s.seats:
		return errSimFull
	case s.ofStudent >= limit:
		return errSimTooMany
	}
	return nil
}

func (s simSeats) leave() error {
	if !s.has {
		return errSimNoSeat
	}
	return nil
}

// seatsIn counts what a log says, without a projection.
func seatsIn(log []*simEvent, course, student string) (s simSeats) {
	for _, e := range log {
		ofCourse, ofStudent := slices.Contains(e.Tags, Tag("course:"+course)), slices.Contains(e.Tags, Tag("student:"+student))
		n := map[string]int{"Taken": 1, "Left": -1}[e.Type]
		if ofCourse {
			s.taken += n
		}
		if ofStudent {
			s.ofStudent += n
		}
		if ofCourse && ofStudent {
			s.has = n > 0
		}
		if ofCourse && e.Type == "Opened" {
			var opened simOpened
			_ = json.Unmarshal(e.Data, &opened)
			s.seats = opened.Seats
		}
	}
	return s
}

// opened returns the courses, which are in the log from the start.
func (s *simulation) opened() (facts []Fact) {
	for i := range s.shape.courses {
		facts = append(facts, simOpened{fmt.Sprint("c", i), s.shape.seats})
	}
	return facts
}

func (c *simCaller) take() {
	course, student := fmt.Sprint("c", c.random.IntN(c.shape.courses)), fmt.Sprint("s", c.random.IntN(c.shape.students))
	call, done := c.call(fmt.Sprintf("%s takes a seat of %s", student, course))
	defer done()
	kind, times := c.random.IntN(3), 0
	err := Decide(call.ctx, c.store, func(s *simSeats) Boundary { return s.boundary(course, student, kind) }, func(s simSeats) ([]Fact, error) {
		times++
		c.hesitate(times)
		if refusal := s.take(c.shape.limit); refusal != nil || s.has {
			return nil, refusal
		}
		return Facts(simTaken{course, student}), nil
	})
	call.decided(err, func(log []*simEvent) (bool, error) {
		s := seatsIn(log, course, student)
		return s.has, s.take(c.shape.limit)
	})
}

func (c *simCaller) leave() {
	course, student := fmt.Sprint("c", c.random.IntN(c.shape.courses)), fmt.Sprint("s", c.random.IntN(c.shape.students))
	call, done := c.call(fmt.Sprintf("%s leaves %s", student, course))
	defer done()
	times := 0
	err := Decide(call.ctx, c.store, func(s *simSeats) Boundary { return s.boundary(course, student, 0)[3:] }, func(s simSeats) ([]Fact, error) {
		times++
		c.hesitate(times)
		if refusal := s.leave(); refusal != nil {
			return nil, refusal
		}
		return Facts(simLeft{course, student}), nil
	})
	call.decided(err, func(log []*simEvent) (bool, error) { return false, seatsIn(log, course, student).leave() })
}

// hesitate takes time to decide, and when it decides again often too much to do it on the spot.
func (c *simCaller) hesitate(times int) {
	c.think(200 * time.Microsecond)
	if times > 1 && c.random.IntN(5) == 0 {
		c.think(30 * time.Millisecond)
	}
}

// decided checks the answer of a decision. right tells what it should be as of a log: that
// there is nothing to do, or a refusal, or neither.
func (c *simCall) decided(err error, right func(log []*simEvent) (nothing bool, refusal error)) {
	switch {
	case err == nil:
		done := c.any(func(log []*simEvent) bool {
			nothing, _ := right(log)
			return nothing || len(log) > 0 && log[len(log)-1].CorrelationID == c.token
		})
		if !done {
			c.wrong("it is said to be done, and is not")
		}
	case errors.Is(err, errSimNoCourse), errors.Is(err, errSimFull), errors.Is(err, errSimTooMany), errors.Is(err, errSimNoSeat):
		c.certainlyNot(err)
		if !c.any(func(log []*simEvent) bool { _, refusal := right(log); return errors.Is(err, refusal) }) {
			c.wrong("it was refused without a cause: %v", err)
		}
	default:
		c.fails(err)
	}
}
