package readmodel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

type (
	defined        = courses.CourseDefined
	courseRenamed  = courses.CourseRenamed
	capacity       = courses.CourseCapacityChanged
	archived       = courses.CourseArchived
	registered     = courses.StudentRegistered
	studentRenamed = courses.StudentRenamed
	takes          = courses.StudentSubscribedToCourse
	leaves         = courses.StudentUnsubscribedFromCourse
	waits          = courses.StudentJoinedWaitlist
	stopsWaiting   = courses.StudentLeftWaitlist
	places         = map[place]int64
)

var (
	algebra = defined{Course: "algebra", Title: "Algebra", Capacity: 3}
	ada     = registered{Student: "ada", Name: "Ada"}
	course  = Course{ID: "algebra", Title: "Algebra", Capacity: 3, DefinedAt: 1, ChangedAt: 1, Listed: true}
)

// courseThen returns the row of algebra after a change.
func courseThen(change func(*Course)) Course {
	c := course
	change(&c)
	return c
}

// adaThen returns the row of Ada, who was registered at position 2, after a change.
func adaThen(coursesTaken int, changedAt int64) Student {
	return Student{ID: "ada", Name: "Ada", CoursesTaken: coursesTaken, RegisteredAt: 2, ChangedAt: changedAt, Listed: true}
}

// A rowsTest has facts, and the rows that they make.
type rowsTest struct {
	facts   []dcb.Fact // from position 1; the first two are listed
	course  Course
	student Student
	places  places
}

func (test rowsTest) run(t *testing.T) {
	t.Parallel()
	got, want := newRows(), newRows()
	for i, fact := range test.facts {
		got.apply(located{Fact: fact, position: int64(i + 1), listed: i < 2})
	}
	want.courses["algebra"] = test.course
	if test.student != (Student{}) {
		want.students["ada"] = test.student
	}
	if test.places != nil {
		want.places = test.places
	}
	require.Equal(t, want, got)
}

func TestRowsOfCourses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]rowsTest{
		"a course": {facts: dcb.Facts(algebra), course: course},
		"a title that is too long": {
			facts:  dcb.Facts(defined{Course: "algebra", Title: strings.Repeat("x", 999), Capacity: 3}),
			course: courseThen(func(c *Course) { c.Title = strings.Repeat("x", 100) }),
		},
		"a course once more": {
			facts:  dcb.Facts(algebra, defined{Course: "algebra", Title: "II", Capacity: 9}),
			course: courseThen(func(c *Course) { c.Title, c.Capacity, c.ChangedAt = "II", 9, 2 }),
		},
		"another title": {
			facts:  dcb.Facts(algebra, courseRenamed{Course: "algebra", NewTitle: "II"}),
			course: courseThen(func(c *Course) { c.Title, c.ChangedAt = "II", 2 }),
		},
		"another capacity": {
			facts:  dcb.Facts(algebra, capacity{Course: "algebra", NewCapacity: 7}),
			course: courseThen(func(c *Course) { c.Capacity, c.ChangedAt = 7, 2 }),
		},
		"the end of a course": {
			facts:  dcb.Facts(algebra, archived{Course: "algebra"}),
			course: courseThen(func(c *Course) { c.Archived, c.ChangedAt = true, 2 }),
		},
	} {
		t.Run(name, test.run)
	}
}

func TestRowsOfStudents(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]rowsTest{
		"a student": {facts: dcb.Facts(algebra, ada), course: course, student: adaThen(0, 2)},
		"a student once more": {
			facts:  dcb.Facts(algebra, ada, registered{Student: "ada", Name: "Ada"}),
			course: course, student: adaThen(0, 3),
		},
		"another name": {
			facts:  dcb.Facts(algebra, ada, studentRenamed{Student: "ada", NewName: "Ada Lovelace"}),
			course: course, student: Student{ID: "ada", Name: "Ada Lovelace", RegisteredAt: 2, ChangedAt: 3, Listed: true},
		},
	} {
		t.Run(name, test.run)
	}
}

func TestRowsOfPlaces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]rowsTest{
		"a seat": {
			dcb.Facts(algebra, ada, takes{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.SeatsTaken, c.ChangedAt = 1, 3 }), adaThen(1, 3),
			places{{"ada", "algebra", false}: 3},
		},
		"a seat twice": {
			dcb.Facts(algebra, ada, takes{Student: "ada", Course: "algebra"}, takes{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.SeatsTaken, c.ChangedAt = 1, 3 }), adaThen(1, 3),
			places{{"ada", "algebra", false}: 3},
		},
		"a seat that is given back, twice": {
			dcb.Facts(algebra, ada, takes{Student: "ada", Course: "algebra"},
				leaves{Student: "ada", Course: "algebra"}, leaves{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.ChangedAt = 4 }), adaThen(0, 4), nil,
		},
		"a place on the waitlist": {
			dcb.Facts(algebra, ada, waits{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.Waiting, c.ChangedAt = 1, 3 }), adaThen(0, 2),
			places{{"ada", "algebra", true}: 3},
		},
		"a place on the waitlist that is given back": {
			dcb.Facts(algebra, ada, waits{Student: "ada", Course: "algebra"}, stopsWaiting{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.ChangedAt = 4 }), adaThen(0, 2), nil,
		},
	} {
		t.Run(name, test.run)
	}
}

func TestRowsIgnoreWhatBreaksTheRules(t *testing.T) {
	rowsTest{
		dcb.Facts(algebra, ada, courseRenamed{Course: "logic", NewTitle: "X"}, studentRenamed{Student: "kofi", NewName: "X"},
			takes{Student: "kofi", Course: "algebra"}, takes{Student: "ada", Course: "logic"},
			leaves{Student: "ada", Course: "algebra"}, defined{Course: "../x", Title: "X"}, registered{Student: "../x", Name: "X"}),
		course, adaThen(0, 2), nil,
	}.run(t)
}
