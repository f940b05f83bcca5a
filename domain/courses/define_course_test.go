package courses_test

import (
	"strings"
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestDefineCourse(t *testing.T) {
	define := func(id CourseID, title string, capacity int) DefineCourse {
		return DefineCourse{Course: id, Title: title, Capacity: capacity}
	}
	longestID := CourseID("Az09._-" + strings.Repeat("z", 57))
	run(t, []row{
		{
			name: "puts a course on offer",
			when: define("algebra", "Algebra", 2),
			then: dcb.Facts(algebra),
		},
		{
			name: "takes the smallest course and the longest title",
			when: define("x", strings.Repeat("ü", 100), 1),
			then: dcb.Facts(CourseDefined{Course: "x", Title: strings.Repeat("ü", 100), Capacity: 1}),
		},
		{
			name: "takes the longest id, with all characters that an id may have",
			when: define(longestID, "X", 1),
			then: dcb.Facts(CourseDefined{Course: longestID, Title: "X", Capacity: 1}),
		},
		{
			name: "takes the largest course",
			when: define("x", "X", 10_000),
			then: dcb.Facts(CourseDefined{Course: "x", Title: "X", Capacity: 10_000}),
		},
		{
			name:    "is refused when the id is taken",
			given:   dcb.Facts(algebra),
			when:    define("algebra", "Another Algebra", 5),
			refused: ErrCourseExists,
		},
		{name: "is refused without an id", when: define("", "Algebra", 2), refused: ErrCourseIDInvalid},
		{name: "is refused when the id cannot stand in an address", when: define("a/b", "Algebra", 2), refused: ErrCourseIDInvalid},
		{name: "is refused when the id is too long", when: define(CourseID(strings.Repeat("a", 65)), "Algebra", 2), refused: ErrCourseIDInvalid},
		{name: "is refused without a title", when: define("algebra", "", 2), refused: ErrTitleInvalid},
		{name: "is refused when the title is blank", when: define("algebra", " \t ", 2), refused: ErrTitleInvalid},
		{name: "is refused when the title is too long", when: define("algebra", strings.Repeat("ü", 101), 2), refused: ErrTitleInvalid},
		{name: "is refused when the title has control characters", when: define("algebra", "Alge\x07bra", 2), refused: ErrTitleInvalid},
		{name: "is refused when there is nothing to see in the title", when: define("algebra", "\u3164\u200d\u0301", 2), refused: ErrTitleInvalid},
		{name: "is refused when the title turns the direction of writing", when: define("algebra", "abc\u202egnp", 2), refused: ErrTitleInvalid},
		{
			name: "takes a title that joins letters",
			when: define("algebra", "می\u200cخواهم 👩\u200d🏫", 2),
			then: dcb.Facts(CourseDefined{Course: "algebra", Title: "می\u200cخواهم 👩\u200d🏫", Capacity: 2}),
		},
		{name: "is refused without a seat", when: define("algebra", "Algebra", 0), refused: ErrCapacityOutOfRange},
		{name: "is refused with a negative number of seats", when: define("algebra", "Algebra", -1), refused: ErrCapacityOutOfRange},
		{name: "is refused with too many seats", when: define("algebra", "Algebra", 10_001), refused: ErrCapacityOutOfRange},
	})
}
