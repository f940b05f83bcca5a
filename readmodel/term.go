package readmodel

import (
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A Term is all courses and students as of one position of the log.
type Term struct {
	Position int64 // of the last event that is in it
	Head     int64 // of the last event of the log
}

// Lag returns how many events of the log are not in the term.
func (t Term) Lag() int64 { return t.Head - t.Position }

// A Course is what pages show of one.
type Course struct {
	ID         courses.CourseID
	Title      string
	Capacity   int
	SeatsTaken int
	Waiting    int // students on its waitlist
	Archived   bool
	DefinedAt  int64 // position of the event
	ChangedAt  int64 // position of the last event that changed any of this
	Listed     bool  // whether lists show it: they leave out what was made for a race
}

func (c Course) position() int64 { return c.DefinedAt }

// A Student is what pages show of one.
type Student struct {
	ID           courses.StudentID
	Name         string
	CoursesTaken int
	RegisteredAt int64       // position of the event
	ChangedAt    int64       // position of the last event that changed any of this
	Listed       bool        // as of a Course
	Sealed       sealed.Text // the name as it stands in the log, if it is sealed there
	Forgotten    bool
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
}

func (m Member) position() int64 { return m.Since }

// A Place is a student's seat in a course, or place on its waitlist.
type Place struct {
	Course  courses.CourseID
	Title   string
	Waiting bool
	Since   int64 // position of the event
	InFront int   // others who wait longer
}

// mostPlaces bounds what is returned of one student's places. The seats are ten at
// most; nothing but patience limits for how many others a student waits.
const mostPlaces = 100
