package readmodel

import (
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Term says at which position of the log answers are.
type Term struct {
	Position int64 // of the last event in the answers
	Head     int64 // of the last event of the log
}

// Lag returns how many events of the log are not in the answers.
func (t Term) Lag() int64 { return t.Head - t.Position }

// A Course is what pages show of a course.
type Course struct {
	ID         courses.CourseID
	Title      string
	Capacity   int
	SeatsTaken int
	Waiting    int // students on its waitlist
	Archived   bool
	DefinedAt  int64 // position of the event
	ChangedAt  int64 // position of the last event that changed any of this
	Listed     bool  // whether lists show it: they leave out the courses of races
	Shared     bool  // whether another listed course has the same title
}

func (c Course) position() int64 { return c.DefinedAt }

// A Student is what pages show of a student.
type Student struct {
	ID           courses.StudentID
	Name         string
	CoursesTaken int
	RegisteredAt int64       // position of the event
	ChangedAt    int64       // position of the last event that changed any of this
	Listed       bool        // as in Course
	Sealed       sealed.Text // the name as it is in the log, if it is sealed there
	Forgotten    bool
	Shared       bool // whether another listed student has the same name
}

func (s Student) position() int64 { return s.RegisteredAt }

// An Unread is an event whose content can't be read. Decisions that look at it fail.
type Unread struct {
	Type     string
	Position int64
}

// A Member is a student with a seat in a course, or one who waits for it.
type Member struct {
	ID    courses.StudentID
	Name  string
	Since int64 // position of the event

	Shared bool // as in Student
}

func (m Member) position() int64 { return m.Since }

// A Place is a student's seat in a course, or place on its waitlist.
type Place struct {
	Course  courses.CourseID
	Title   string
	Waiting bool
	Since   int64 // position of the event
	InFront int   // others who wait longer

	Archived bool // the course is over
	SeatFree bool // the course has a free seat
	Shared   bool // as in Course
}

// mostPlaces bounds the answer to [Questions.PlacesOf]. A student has at most ten seats, and
// may wait for any number of courses.
const mostPlaces = 100
