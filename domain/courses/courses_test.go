package courses_test

import (
	"fmt"
	"strings"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

// A row of a command's table: what had happened, what was asked, and what follows,
// which is facts or a refusal.
type row struct {
	name    string
	given   []dcb.Fact
	when    dcbtest.Command
	then    []dcb.Fact
	refused error
}

func run(t *testing.T, rows []row) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			decision := dcbtest.Given(t, row.given...).When(row.when)
			if row.refused != nil {
				decision.ThenRefused(row.refused)
				return
			}
			decision.Then(row.then...)
		})
	}
}

// The cast.
var (
	algebra = CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
	logic   = CourseDefined{Course: "logic", Title: "Logic", Capacity: 30}
	ada     = StudentRegistered{Student: "ada", Name: "Ada"}
	kofi    = StudentRegistered{Student: "kofi", Name: "Kofi"}
	noor    = StudentRegistered{Student: "noor", Name: "Noor"}
)

func takes(student StudentID, course CourseID) dcb.Fact {
	return StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student StudentID, course CourseID) dcb.Fact {
	return StudentUnsubscribedFromCourse{Student: student, Course: course}
}

// takesCourses gives the student seats in n courses that appear nowhere else.
func takesCourses(student StudentID, n int) []dcb.Fact {
	facts := make([]dcb.Fact, n)
	for i := range facts {
		facts[i] = takes(student, CourseID(fmt.Sprintf("elective-%d", i+1)))
	}
	return facts
}

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
			name: "takes an id of all that may stand in one, as long as it may be",
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

func TestChangeCapacity(t *testing.T) {
	change := func(seats int) ChangeCapacity { return ChangeCapacity{Course: "algebra", NewCapacity: seats} }
	changed := func(seats int) dcb.Fact { return CourseCapacityChanged{Course: "algebra", NewCapacity: seats} }
	run(t, []row{
		{
			name:  "adds seats",
			given: dcb.Facts(algebra),
			when:  change(3),
			then:  dcb.Facts(changed(3)),
		},
		{
			name:  "may drop below the seats taken",
			given: dcb.Facts(algebra, ada, kofi, takes("ada", "algebra"), takes("kofi", "algebra")),
			when:  change(1),
			then:  dcb.Facts(changed(1)),
		},
		{
			name:  "may go back to what it was",
			given: dcb.Facts(algebra, changed(3)),
			when:  change(2),
			then:  dcb.Facts(changed(2)),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(logic), when: change(3), refused: ErrNoSuchCourse},
		{name: "is refused when the capacity is the same", given: dcb.Facts(algebra), when: change(2), refused: ErrSameCapacity},
		{name: "is refused when the changed capacity is the same", given: dcb.Facts(algebra, changed(7)), when: change(7), refused: ErrSameCapacity},
		{name: "is refused without a seat", given: dcb.Facts(algebra), when: change(0), refused: ErrCapacityOutOfRange},
		{name: "is refused with too many seats", given: dcb.Facts(algebra), when: change(10_001), refused: ErrCapacityOutOfRange},
	})
}

func TestRegisterStudent(t *testing.T) {
	register := func(id StudentID, name string) RegisterStudent { return RegisterStudent{Student: id, Name: name} }
	run(t, []row{
		{
			name: "registers a student",
			when: register("ada", "Ada"),
			then: dcb.Facts(ada),
		},
		{
			name: "takes a name of any script",
			when: register("s1", "李雷 O’Neill-Łęcka"),
			then: dcb.Facts(StudentRegistered{Student: "s1", Name: "李雷 O’Neill-Łęcka"}),
		},
		{name: "is refused when the id is taken", given: dcb.Facts(ada), when: register("ada", "Another Ada"), refused: ErrStudentExists},
		{name: "is refused without an id", when: register("", "Ada"), refused: ErrStudentIDInvalid},
		{name: "is refused when the id cannot stand in an address", when: register("../ada", "Ada"), refused: ErrStudentIDInvalid},
		{name: "is refused without a name", when: register("ada", ""), refused: ErrNameInvalid},
		{name: "is refused when the name is blank", when: register("ada", "   "), refused: ErrNameInvalid},
		{name: "is refused when the name is too long", when: register("ada", strings.Repeat("a", 101)), refused: ErrNameInvalid},
		{name: "is refused when the name can't be seen", when: register("ada", "\u200b"), refused: ErrNameInvalid},
		{name: "is refused when the name is not text", when: register("ada", "\xff"), refused: ErrNameInvalid},
	})
}

func TestSubscribeStudent(t *testing.T) {
	subscribe := SubscribeStudent{Student: "ada", Course: "algebra"}
	run(t, []row{
		{
			name:  "gives the student a seat",
			given: dcb.Facts(algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives the last seat",
			given: dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives a seat that somebody gave back",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"), leaves("kofi", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name: "gives a seat that was added",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 3}),
			when: subscribe,
			then: dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "lets a student come back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives the tenth course",
			given: append(takesCourses("ada", 9), algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "counts a course once left no more",
			given: append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: subscribe, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: subscribe, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student has a seat already",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:    subscribe,
			refused: ErrAlreadySubscribed,
		},
		{
			name:    "is refused when every seat is taken",
			given:   dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra")),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when the capacity shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when one left and the shrunken course is still full",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}, leaves("kofi", "algebra")),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name:    "is refused when the student has ten courses",
			given:   append(takesCourses("ada", 10), algebra, ada),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student has more than ten courses, from a time of another limit",
			given:   append(takesCourses("ada", 11), algebra, ada),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student left one of ten courses and took another",
			given:   append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4"), takes("ada", "logic")),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:  "does not count the courses of others",
			given: append(takesCourses("kofi", 10), algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
	})
}

func TestUnsubscribeStudent(t *testing.T) {
	unsubscribe := UnsubscribeStudent{Student: "ada", Course: "algebra"}
	run(t, []row{
		{
			name:  "gives the seat back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:  unsubscribe,
			then:  dcb.Facts(leaves("ada", "algebra")),
		},
		{
			name:  "works in a course that shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), takes("kofi", "algebra"), CourseCapacityChanged{Course: "algebra", NewCapacity: 1}),
			when:  unsubscribe,
			then:  dcb.Facts(leaves("ada", "algebra")),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: unsubscribe, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: unsubscribe, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student has no seat",
			given:   dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:    unsubscribe,
			refused: ErrNotSubscribed,
		},
		{
			name:    "is refused the second time",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:    unsubscribe,
			refused: ErrNotSubscribed,
		},
	})
}

// Where several rules say no, the one that stands first is the one to be told.
func TestTheFirstRuleThatSaysNoIsTold(t *testing.T) {
	var (
		long     = strings.Repeat("a", 101)
		adaBusy  = append(takesCourses("ada", 10), algebra, ada)
		noSeats  = dcb.Facts(takes("kofi", "algebra"), takes("noor", "algebra"))
		adaTakes = SubscribeStudent{Student: "ada", Course: "algebra"}
	)
	run(t, []row{
		{name: "the course's id before its title", when: DefineCourse{Course: "", Title: "", Capacity: 0}, refused: ErrCourseIDInvalid},
		{name: "the title before the capacity", when: DefineCourse{Course: "algebra", Title: long}, refused: ErrTitleInvalid},
		{name: "the capacity before an id that is taken", given: dcb.Facts(algebra), when: DefineCourse{Course: "algebra", Title: "A"}, refused: ErrCapacityOutOfRange},
		{name: "no such course before the capacity", when: ChangeCapacity{Course: "algebra"}, refused: ErrNoSuchCourse},
		{name: "the student's id before the name", when: RegisterStudent{}, refused: ErrStudentIDInvalid},
		{name: "the name before an id that is taken", given: dcb.Facts(ada), when: RegisterStudent{Student: "ada"}, refused: ErrNameInvalid},
		{name: "no such course before no such student", when: adaTakes, refused: ErrNoSuchCourse},
		{name: "a seat already before a full course", given: dcb.Facts(algebra, ada, takes("ada", "algebra"), takes("kofi", "algebra")), when: adaTakes, refused: ErrAlreadySubscribed},
		{name: "a full course before ten courses", given: append(adaBusy, noSeats...), when: adaTakes, refused: ErrCourseFull},
		{name: "no such course before no such student, on leaving", when: UnsubscribeStudent{Student: "ada", Course: "algebra"}, refused: ErrNoSuchCourse},
	})
}

// What has to be decided again, and what may happen meanwhile unnoticed: a boundary
// that is too small breaks a rule, one that is too large makes strangers conflict.
func TestBoundaries(t *testing.T) {
	t.Run("subscribing looks at the course's seats and the student's courses", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada).When(SubscribeStudent{Student: "ada", Course: "algebra"}).
			ConflictsWith(
				takes("kofi", "algebra"), leaves("kofi", "algebra"),
				takes("ada", "logic"), leaves("ada", "logic"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1},
				algebra, ada,
			).
			IgnoresMeanwhile(
				takes("kofi", "logic"), leaves("kofi", "logic"),
				CourseCapacityChanged{Course: "logic", NewCapacity: 1},
				logic, kofi,
			)
	})
	t.Run("unsubscribing looks at one seat only", func(t *testing.T) {
		dcbtest.Given(t, algebra, ada, takes("ada", "algebra")).When(UnsubscribeStudent{Student: "ada", Course: "algebra"}).
			ConflictsWith(takes("ada", "algebra"), leaves("ada", "algebra")).
			IgnoresMeanwhile(takes("kofi", "algebra"), takes("ada", "logic"), CourseCapacityChanged{Course: "algebra", NewCapacity: 1})
	})
	t.Run("changing the capacity does not look at the seats", func(t *testing.T) {
		dcbtest.Given(t, algebra).When(ChangeCapacity{Course: "algebra", NewCapacity: 9}).
			ConflictsWith(CourseCapacityChanged{Course: "algebra", NewCapacity: 1}).
			IgnoresMeanwhile(takes("kofi", "algebra"), leaves("kofi", "algebra"))
	})
	t.Run("defining a course looks at its id only", func(t *testing.T) {
		dcbtest.Given(t).When(DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2}).
			ConflictsWith(algebra).IgnoresMeanwhile(logic, takes("ada", "algebra"), CourseCapacityChanged{Course: "algebra", NewCapacity: 1})
	})
	t.Run("registering a student looks at the id only", func(t *testing.T) {
		dcbtest.Given(t).When(RegisterStudent{Student: "ada", Name: "Ada"}).
			ConflictsWith(ada).IgnoresMeanwhile(noor, takes("ada", "algebra"))
	})
}
