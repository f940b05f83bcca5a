package readmodel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

func TestRowsTakeInWhatMakesSense(t *testing.T) {
	t.Parallel()
	type (
		defined  = courses.CourseDefined
		renamed  = courses.CourseRenamed
		capacity = courses.CourseCapacityChanged
		archived = courses.CourseArchived
		enrolled = courses.StudentRegistered
		student  = courses.StudentRenamed
		takes    = courses.StudentSubscribedToCourse
		leaves   = courses.StudentUnsubscribedFromCourse
		waits    = courses.StudentJoinedWaitlist
		gives    = courses.StudentLeftWaitlist
	)
	algebra, ada := defined{Course: "algebra", Title: "Algebra", Capacity: 3}, enrolled{Student: "ada", Name: "Ada"}
	course := Course{ID: "algebra", Title: "Algebra", Capacity: 3, DefinedAt: 1, ChangedAt: 1, Listed: true}
	// What a course, and Ada as student number 2, are after something else.
	courseThen := func(change func(*Course)) Course { c := course; change(&c); return c }
	adaThen := func(coursesTaken int, changedAt int64) Student {
		return Student{ID: "ada", Name: "Ada", CoursesTaken: coursesTaken, RegisteredAt: 2, ChangedAt: changedAt, Listed: true}
	}
	type places = map[place]int64
	for name, test := range map[string]struct {
		facts   []dcb.Fact // from position 1; the first two are listed
		course  Course
		student Student
		places  places
	}{
		"a course":  {facts: dcb.Facts(algebra), course: course},
		"a student": {facts: dcb.Facts(algebra, ada), course: course, student: adaThen(0, 2)},
		"a title that is too long": {
			facts:  dcb.Facts(defined{Course: "algebra", Title: strings.Repeat("x", 999), Capacity: 3}),
			course: courseThen(func(c *Course) { c.Title = strings.Repeat("x", 100) }),
		},
		"a course once more": {
			facts:  dcb.Facts(algebra, defined{Course: "algebra", Title: "II", Capacity: 9}),
			course: courseThen(func(c *Course) { c.Title, c.Capacity, c.ChangedAt = "II", 9, 2 }),
		},
		"another title": {
			facts:  dcb.Facts(algebra, renamed{Course: "algebra", NewTitle: "II"}),
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
		"a student once more": {
			facts:  dcb.Facts(algebra, ada, enrolled{Student: "ada", Name: "Ada"}),
			course: course, student: adaThen(0, 3),
		},
		"another name": {
			facts:  dcb.Facts(algebra, ada, student{Student: "ada", NewName: "Ada Lovelace"}),
			course: course, student: Student{ID: "ada", Name: "Ada Lovelace", RegisteredAt: 2, ChangedAt: 3, Listed: true},
		},
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
			dcb.Facts(algebra, ada, waits{Student: "ada", Course: "algebra"}, gives{Student: "ada", Course: "algebra"}),
			courseThen(func(c *Course) { c.ChangedAt = 4 }), adaThen(0, 2), nil,
		},
		"what was never begun": {
			dcb.Facts(algebra, ada, renamed{Course: "logic", NewTitle: "X"}, student{Student: "kofi", NewName: "X"},
				takes{Student: "kofi", Course: "algebra"}, takes{Student: "ada", Course: "logic"},
				leaves{Student: "ada", Course: "algebra"}, defined{Course: "../x", Title: "X"}, enrolled{Student: "../x", Name: "X"}),
			course, adaThen(0, 2), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := rows{map[courses.CourseID]Course{}, map[courses.StudentID]Student{}, places{}, nil}
			for i, fact := range test.facts {
				got.apply(located{Fact: fact, position: int64(i + 1), listed: i < 2})
			}
			want := rows{map[courses.CourseID]Course{}, map[courses.StudentID]Student{}, places{}, nil}
			want.courses["algebra"] = test.course
			if test.student != (Student{}) {
				want.students["ada"] = test.student
			}
			if test.places != nil {
				want.places = test.places
			}
			require.Equal(t, want, got)
		})
	}
}
