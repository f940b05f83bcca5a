package readmodel

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/domain/courses"
)

// A Term is all courses and students as of one position of the log. It is what
// [Model.View] shows. What can't be an id is that of nobody, and of no course.
type Term struct {
	Position int64 // of the last event that is in it
	Head     int64 // of the last event of the log

	tx         pgx.Tx
	generation int
}

// Lag returns how many events of the log are not in the term yet.
func (t *Term) Lag() int64 { return t.Head - t.Position }

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
}

// A Student is what pages show of one.
type Student struct {
	ID           courses.StudentID
	Name         string
	CoursesTaken int
	RegisteredAt int64 // position of the event
	ChangedAt    int64 // position of the last event that changed any of this
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

var (
	//go:embed sql/courses.sql
	coursesSQL string
	//go:embed sql/students.sql
	studentsSQL string
	//go:embed sql/students_without_place.sql
	studentsWithoutPlaceSQL string
	//go:embed sql/places_in_course.sql
	placesInCourseSQL string
	//go:embed sql/places_of_student.sql
	placesOfStudentSQL string
)

// Course returns a course, and whether there is one with this id.
func (t *Term) Course(ctx context.Context, id courses.CourseID) (Course, bool, error) {
	found, err := ask(ctx, t.tx, pgx.RowToStructByPos[Course], loadCoursesSQL, t.generation, known(id))
	if err != nil || len(found) == 0 {
		return Course{}, false, err
	}
	return found[0], true, nil
}

// Student returns a student, and whether there is one with this id.
func (t *Term) Student(ctx context.Context, id courses.StudentID) (Student, bool, error) {
	found, err := ask(ctx, t.tx, pgx.RowToStructByPos[Student], loadStudentsSQL, t.generation, known(id))
	if err != nil || len(found) == 0 {
		return Student{}, false, err
	}
	return found[0], true, nil
}

// Courses returns a page of the courses whose title or id contains a text, in the
// order in which they were defined.
func (t *Term) Courses(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	found, err := ask(ctx, t.tx, pgx.RowToStructByPos[Course], coursesSQL,
		t.generation, folded(search), at.After, at.Before, size+1)
	return PageOf(found, at, size, func(c Course) int64 { return c.DefinedAt }), err
}

// Students returns a page of the students whose name or id contains a text, in the
// order in which they were registered.
func (t *Term) Students(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	found, err := ask(ctx, t.tx, pgx.RowToStructByPos[Student], studentsSQL,
		t.generation, folded(search), at.After, at.Before, size+1)
	return PageOf(found, at, size, func(s Student) int64 { return s.RegisteredAt }), err
}

// StudentsWithoutPlace returns the first students whose name or id contains a text and
// who neither have a seat in a course nor wait for one, in the order in which they
// were registered.
func (t *Term) StudentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) ([]Student, error) {
	if !course.Valid() {
		return nil, nil
	}
	return ask(ctx, t.tx, pgx.RowToStructByPos[Student], studentsWithoutPlaceSQL,
		t.generation, folded(search), course, most)
}

// Seats returns a page of those who have a seat in a course, the longest first.
func (t *Term) Seats(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return t.members(ctx, course, false, at, size)
}

// Waitlist returns a page of those who wait for a seat in a course, the longest first.
func (t *Term) Waitlist(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return t.members(ctx, course, true, at, size)
}

func (t *Term) members(ctx context.Context, course courses.CourseID, waiting bool, at Cursor, size int) (Page[Member], error) {
	if !course.Valid() {
		return Page[Member]{}, nil
	}
	found, err := ask(ctx, t.tx, pgx.RowToStructByPos[Member], placesInCourseSQL,
		t.generation, course, waiting, at.After, at.Before, size+1)
	return PageOf(found, at, size, func(m Member) int64 { return m.Since }), err
}

// PlacesOf returns the seats of a student and the places on waitlists, the longest
// held first.
func (t *Term) PlacesOf(ctx context.Context, student courses.StudentID) ([]Place, error) {
	if !student.Valid() {
		return nil, nil
	}
	return ask(ctx, t.tx, pgx.RowToStructByPos[Place], placesOfStudentSQL, t.generation, student, mostPlaces)
}

// ask collects the rows of a query.
func ask[R any](ctx context.Context, tx pgx.Tx, row pgx.RowToFunc[R], sql string, args ...any) ([]R, error) {
	rows, _ := tx.Query(ctx, sql, args...) // CollectRows returns the error
	all, err := pgx.CollectRows(rows, row)
	if err != nil {
		return nil, fmt.Errorf("ask the read model: %w", err)
	}
	return all, nil
}

// known returns a list of the one id, or of none if it can't be one, and may hold what
// PostgreSQL would not take.
func known[ID interface{ Valid() bool }](id ID) []ID {
	if !id.Valid() {
		return []ID{}
	}
	return []ID{id}
}
