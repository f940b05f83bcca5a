package readmodel

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Term is all courses and students as of one position of the log. It is what
// [Model.View] and [AsOf] show.
type Term struct {
	Position int64 // of the last event that is in it
	Head     int64 // of the last event of the log

	Answers
}

// Lag returns how many events of the log are not in the term.
func (t *Term) Lag() int64 { return t.Head - t.Position }

// Answers are what a term can be asked. What can't be an id is that of nobody, and of
// no course.
type Answers interface {
	// Course returns a course, and whether there is one with this id.
	Course(ctx context.Context, id courses.CourseID) (Course, bool, error)

	// Student returns a student, and whether there is one with this id.
	Student(ctx context.Context, id courses.StudentID) (Student, bool, error)

	// Courses returns a page of the listed courses whose title or id contains a text, in
	// the order in which they were defined.
	Courses(ctx context.Context, search string, at Cursor, size int) (Page[Course], error)

	// Students returns a page of the listed students whose name or id contains a text, in
	// the order in which they were registered.
	Students(ctx context.Context, search string, at Cursor, size int) (Page[Student], error)

	// StudentsWithoutPlace returns the first listed students whose name or id contains a
	// text and who neither have a seat in a course nor wait for one, in the order in
	// which they were registered.
	StudentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) ([]Student, error)

	// Seats returns a page of those who have a seat in a course, the longest first.
	Seats(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error)

	// Waitlist returns a page of those who wait for a seat in a course, the longest first.
	Waitlist(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error)

	// PlacesOf returns the seats of a student and then the places on waitlists, of each
	// the longest held first. There are all of the seats, and the first of the places.
	PlacesOf(ctx context.Context, student courses.StudentID) ([]Place, error)

	// Names returns the names of what tags stand for.
	Names(ctx context.Context, tags dcb.Tags) (Names, error)

	// Unread returns the first event with a tag that is on no page because its content can't
	// be read, and whether there is one. Nothing is decided as of an earlier position, so
	// there is none.
	Unread(ctx context.Context, tag dcb.Tag) (Unread, bool, error)
}

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

// A Student is what pages show of one.
type Student struct {
	ID           courses.StudentID
	Name         string
	CoursesTaken int
	RegisteredAt int64 // position of the event
	ChangedAt    int64 // position of the last event that changed any of this
	Listed       bool  // as of a Course
}

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
