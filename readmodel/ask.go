package readmodel

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/domain/courses"
)

// tables answer from what the projector has made of the log.
type tables struct {
	snapshot   asker
	generation int
}

// An asker is a connection, or a transaction on it.
type asker interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

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

// Course implements [Answers].
func (t tables) Course(ctx context.Context, id courses.CourseID) (Course, bool, error) {
	found, err := ask(ctx, t.snapshot, pgx.RowToStructByPos[Course], loadCoursesSQL, t.generation, known(id))
	if err != nil || len(found) == 0 {
		return Course{}, false, err
	}
	return found[0], true, nil
}

// Student implements [Answers].
func (t tables) Student(ctx context.Context, id courses.StudentID) (Student, bool, error) {
	found, err := ask(ctx, t.snapshot, pgx.RowToStructByPos[Student], loadStudentsSQL, t.generation, known(id))
	if err != nil || len(found) == 0 {
		return Student{}, false, err
	}
	return found[0], true, nil
}

// Courses implements [Answers].
func (t tables) Courses(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	found, err := ask(ctx, t.snapshot, pgx.RowToStructByPos[Course], coursesSQL,
		t.generation, folded(search), at.After, at.Before, size+1)
	return PageOf(found, at, size, func(c Course) int64 { return c.DefinedAt }), err
}

// Students implements [Answers].
func (t tables) Students(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	found, err := ask(ctx, t.snapshot, pgx.RowToStructByPos[Student], studentsSQL,
		t.generation, folded(search), at.After, at.Before, size+1)
	return PageOf(found, at, size, func(s Student) int64 { return s.RegisteredAt }), err
}

// StudentsWithoutPlace implements [Answers].
func (t tables) StudentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) ([]Student, error) {
	if !course.Valid() {
		return nil, nil
	}
	return ask(ctx, t.snapshot, pgx.RowToStructByPos[Student], studentsWithoutPlaceSQL,
		t.generation, folded(search), course, most)
}

// Seats implements [Answers].
func (t tables) Seats(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return t.members(ctx, course, false, at, size)
}

// Waitlist implements [Answers].
func (t tables) Waitlist(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return t.members(ctx, course, true, at, size)
}

func (t tables) members(ctx context.Context, course courses.CourseID, waiting bool, at Cursor, size int) (Page[Member], error) {
	if !course.Valid() {
		return Page[Member]{}, nil
	}
	found, err := ask(ctx, t.snapshot, pgx.RowToStructByPos[Member], placesInCourseSQL,
		t.generation, course, waiting, at.After, at.Before, size+1)
	return PageOf(found, at, size, func(m Member) int64 { return m.Since }), err
}

// PlacesOf implements [Answers].
func (t tables) PlacesOf(ctx context.Context, student courses.StudentID) ([]Place, error) {
	if !student.Valid() {
		return nil, nil
	}
	return ask(ctx, t.snapshot, pgx.RowToStructByPos[Place], placesOfStudentSQL, t.generation, student, mostPlaces)
}

// ask collects the rows of a query.
func ask[R any](ctx context.Context, snapshot asker, row pgx.RowToFunc[R], sql string, args ...any) ([]R, error) {
	rows, _ := snapshot.Query(ctx, sql, args...) // CollectRows returns the error
	all, err := pgx.CollectRows(rows, row)
	if err != nil {
		return nil, fmt.Errorf("ask the read model: %w", err)
	}
	return all, nil
}

// known returns a list of the one id, or of none if it can't be one, and may hold what
// PostgreSQL would not take.
func known[ID interface {
	~string
	Valid() bool
}](id ID) []string {
	if !id.Valid() {
		return []string{}
	}
	return []string{string(id)}
}
