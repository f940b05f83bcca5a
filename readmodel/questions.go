package readmodel

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Questions are what a page wants to know. Each method adds a question, with the variable
// for its answer. [Model.Ask] and [Past.Ask] answer all of them as of one moment. The zero
// Questions have no question.
//
// An invalid id is answered as an unknown one.
type Questions struct {
	asked []question
	then  []func()
}

// A question can be answered from the tables, as of now, and from the log, as of a position.
type question struct {
	now  func(*pgx.Batch)
	past func(context.Context, past) error
}

// Then calls next when the questions so far are answered. The questions that next adds are
// answered as of the same moment, in another round trip.
func (q *Questions) Then(next func()) { q.then = append(q.then, next) }

// take removes and returns the questions so far, and the functions given to Then.
func (q *Questions) take() (asked []question, then []func()) {
	asked, then = q.asked, q.then
	*q = Questions{}
	return asked, then
}

// Course asks for a course. The answer is the zero Course if there is none with this id.
func (q *Questions) Course(answer *Course, id courses.CourseID) {
	q.asked = append(q.asked, question{
		now:  rowOf(answer, courseOfPageSQL, known(id)),
		past: func(ctx context.Context, p past) (err error) { *answer, err = p.course(ctx, id); return err },
	})
}

// Student asks for a student. The answer is the zero Student if there is none with this id.
func (q *Questions) Student(answer *Student, id courses.StudentID) {
	q.asked = append(q.asked, question{
		now:  rowOf(answer, studentOfPageSQL, known(id)),
		past: func(ctx context.Context, p past) (err error) { *answer, err = p.student(ctx, id); return err },
	})
}

// Courses asks for a page of the listed courses whose title or id contains a text, in the
// order in which they were defined.
func (q *Questions) Courses(answer *Page[Course], search string, at Cursor, size int) {
	q.asked = append(q.asked, question{
		now: pageFrom(answer, at, size, Course.position, coursesSQL, Folded(search), at.After, at.Before, size+1),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.courses(ctx, search, at, size)
			return err
		},
	})
}

// Students asks for a page of the listed students whose name or id contains a text, in the
// order in which they were registered.
func (q *Questions) Students(answer *Page[Student], search string, at Cursor, size int) {
	q.asked = append(q.asked, question{
		now: pageFrom(answer, at, size, Student.position, studentsSQL, Folded(search), at.After, at.Before, size+1),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.students(ctx, search, at, size)
			return err
		},
	})
}

// CoursesByName asks as Courses does, in the order of the titles, as people read them. Of equal
// titles, the course that was defined first comes first. A page of the past reads all titles.
func (q *Questions) CoursesByName(answer *Page[Course], search string, at Cursor, size int) {
	q.asked = append(q.asked, question{
		now: pageFrom(answer, at, size, Course.position, coursesByNameSQL, Folded(search), at.After, at.Before, size+1),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.coursesByName(ctx, search, at, size)
			return err
		},
	})
}

// StudentsByName asks for students as CoursesByName does for courses.
func (q *Questions) StudentsByName(answer *Page[Student], search string, at Cursor, size int) {
	q.asked = append(q.asked, question{
		now: pageFrom(answer, at, size, Student.position, studentsByNameSQL, Folded(search), at.After, at.Before, size+1),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.studentsByName(ctx, search, at, size)
			return err
		},
	})
}

// StudentsWithoutPlace asks for the first listed students whose name or id contains a text,
// who are not forgotten, and who neither have a seat in a course nor wait for one, in the
// order in which they were registered.
func (q *Questions) StudentsWithoutPlace(answer *[]Student, course courses.CourseID, search string, most int) {
	if !course.Valid() {
		return
	}
	q.asked = append(q.asked, question{
		now: rowsOf(answer, studentsWithoutPlaceSQL, Folded(search), course, most),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.studentsWithoutPlace(ctx, course, search, most)
			return err
		},
	})
}

// Seats asks for a page of those who have a seat in a course, the longest first.
func (q *Questions) Seats(answer *Page[Member], course courses.CourseID, at Cursor, size int) {
	q.members(answer, course, false, at, size)
}

// Waitlist asks for a page of those who wait for a seat in a course, the longest first.
func (q *Questions) Waitlist(answer *Page[Member], course courses.CourseID, at Cursor, size int) {
	q.members(answer, course, true, at, size)
}

func (q *Questions) members(answer *Page[Member], course courses.CourseID, waiting bool, at Cursor, size int) {
	if !course.Valid() {
		return
	}
	q.asked = append(q.asked, question{
		now: pageFrom(answer, at, size, Member.position, placesInCourseSQL, course, waiting, at.After, at.Before, size+1),
		past: func(ctx context.Context, p past) (err error) {
			*answer, err = p.members(ctx, course, waiting, at, size)
			return err
		},
	})
}

// PlacesOf asks for the seats of a student and then the places on waitlists, both with the
// longest held first. There may be more places on waitlists than the answer has.
func (q *Questions) PlacesOf(answer *[]Place, student courses.StudentID) {
	if !student.Valid() {
		return
	}
	q.asked = append(q.asked, question{
		now:  rowsOf(answer, placesOfStudentSQL, student, mostPlaces),
		past: func(ctx context.Context, p past) (err error) { *answer, err = p.placesOf(ctx, student); return err },
	})
}

// CourseInAnyCase asks which course an id means, in whatever case somebody writes the id.
// The answer is the id itself if a course has it, or else the first one that differs from it
// only in case, or "". As of an earlier position, only the id itself is looked for.
func (q *Questions) CourseInAnyCase(answer *courses.CourseID, id courses.CourseID) {
	if !id.Valid() {
		return
	}
	q.asked = append(q.asked, question{
		now: oneOf(answer, courseInAnyCaseSQL, string(id), strings.ToLower(string(id))),
		past: func(ctx context.Context, p past) error {
			course, err := p.course(ctx, id)
			*answer = course.ID
			return err
		},
	})
}

// StudentInAnyCase asks for the id of a student as CourseInAnyCase does for that of a course.
func (q *Questions) StudentInAnyCase(answer *courses.StudentID, id courses.StudentID) {
	if !id.Valid() {
		return
	}
	q.asked = append(q.asked, question{
		now: oneOf(answer, studentInAnyCaseSQL, string(id), strings.ToLower(string(id))),
		past: func(ctx context.Context, p past) error {
			student, err := p.student(ctx, id)
			*answer = student.ID
			return err
		},
	})
}

// CourseCalled asks for the id of the first listed course whose title a reader could take for this
// one: it differs at most in case, accents or white space. The answer is "" if there is none. As
// of an earlier position it is always "", since nobody defines a course there.
func (q *Questions) CourseCalled(answer *courses.CourseID, title string) {
	q.asked = append(q.asked, question{
		now:  oneOf(answer, courseCalledSQL, Folded(title)),
		past: func(context.Context, past) error { *answer = ""; return nil },
	})
}

// StudentCalled asks for the id of a student as CourseCalled does for that of a course.
func (q *Questions) StudentCalled(answer *courses.StudentID, name string) {
	q.asked = append(q.asked, question{
		now:  oneOf(answer, studentCalledSQL, Folded(name)),
		past: func(context.Context, past) error { *answer = ""; return nil },
	})
}

// Names asks for the names of the courses and students that tags name.
func (q *Questions) Names(answer *Names, tags dcb.Tags) {
	q.asked = append(q.asked, question{
		now:  namesOf(answer, tags),
		past: func(ctx context.Context, p past) (err error) { *answer, err = p.names(ctx, tags); return err },
	})
}

// Unread asks for the first event with the tag of a course or a student whose content can't
// be read, so that pages leave it out. The answer is the zero Unread if there is none. As
// of an earlier position it is always the zero Unread, since nobody decides there.
func (q *Questions) Unread(answer *Unread, tag dcb.Tag) {
	if courseIDs, studentIDs := idsIn(dcb.Tags{tag}); len(courseIDs)+len(studentIDs) == 0 {
		return
	}
	q.asked = append(q.asked, question{
		now:  rowOf(answer, unreadOfPageSQL, string(tag)),
		past: func(context.Context, past) error { *answer = Unread{}; return nil },
	})
}
