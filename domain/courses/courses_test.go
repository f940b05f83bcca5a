package courses_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

// A row of a command's table: what had happened, what was asked, and what follows from
// it: facts or a refusal.
type row struct {
	name    string
	given   []dcb.Fact
	when    dcb.Command
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
	// Algebra has two seats, and these students have them.
	algebraIsFull = dcb.Facts(algebra, takes("ada", "algebra"), takes("kofi", "algebra"))
	over          = CourseArchived{Course: "algebra"}
	shrunk        = CourseCapacityChanged{Course: "algebra", NewCapacity: 1}

	ada  = StudentRegistered{Student: "ada", Name: "Ada"}
	kofi = StudentRegistered{Student: "kofi", Name: "Kofi"}
	noor = StudentRegistered{Student: "noor", Name: "Noor"}

	adaSubscribes = SubscribeStudent{Student: "ada", Course: "algebra"}
	adaLeaves     = UnsubscribeStudent{Student: "ada", Course: "algebra"}
	adaLeft       = leaves("ada", "algebra")
	adaWaits      = JoinWaitlist{Student: "ada", Course: "algebra"}
	adaSwaps      = SwapSeats{Student: "ada", From: "algebra", To: "logic"}
)

// given joins lists of facts.
func given(facts ...[]dcb.Fact) []dcb.Fact { return slices.Concat(facts...) }

func takes(student StudentID, course CourseID) dcb.Fact {
	return StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student StudentID, course CourseID) dcb.Fact {
	return StudentUnsubscribedFromCourse{Student: student, Course: course}
}

func waits(student StudentID, course CourseID) dcb.Fact {
	return StudentJoinedWaitlist{Student: student, Course: course}
}

func waitsNoLonger(student StudentID, course CourseID) dcb.Fact {
	return StudentLeftWaitlist{Student: student, Course: course}
}

// promoted returns the facts of a waiting student who gets a free seat.
func promoted(student StudentID, course CourseID) []dcb.Fact {
	return dcb.Causing(takes(student, course), waitsNoLonger(student, course))
}

// answers tags the facts of a command that has a key: all of them with the key, and the
// first one with what was asked.
func answers(cmd dcb.Command, facts ...dcb.Fact) []dcb.Fact {
	key := RequestID(reflect.ValueOf(cmd).FieldByName("Request").String())
	tagged := dcb.WithTags(facts, key.Tag())
	return given(dcb.WithTags(tagged[:1], Asked(cmd)), tagged[1:])
}

// takesCourses gives the student seats in n courses that no other fact names.
func takesCourses(student StudentID, n int) []dcb.Fact {
	facts := make([]dcb.Fact, n)
	for i := range facts {
		facts[i] = takes(student, CourseID(fmt.Sprintf("elective-%d", i+1)))
	}
	return facts
}

// waitlist makes n students wait whom no other fact names.
func waitlist(course CourseID, n int) []dcb.Fact {
	facts := make([]dcb.Fact, n)
	for i := range facts {
		facts[i] = waits(StudentID(fmt.Sprintf("waiter-%d", i+1)), course)
	}
	return facts
}

// If several rules say no, the refusal is that of the first one.
func TestTheFirstRuleThatSaysNoIsTold(t *testing.T) {
	var (
		long    = strings.Repeat("a", 101)
		adaBusy = append(takesCourses("ada", 10), algebra, ada)
		noSeats = dcb.Facts(takes("kofi", "algebra"), takes("noor", "algebra"))
	)
	run(t, []row{
		{name: "the course's id before its title", when: DefineCourse{Course: "", Title: "", Capacity: 0}, refused: ErrCourseIDInvalid},
		{name: "the title before the capacity", when: DefineCourse{Course: "algebra", Title: long}, refused: ErrTitleInvalid},
		{name: "the capacity before an id that is taken", given: dcb.Facts(algebra), when: DefineCourse{Course: "algebra", Title: "A"}, refused: ErrCapacityOutOfRange},
		{name: "no such course before the capacity", when: ChangeCapacity{Course: "algebra"}, refused: ErrNoSuchCourse},
		{name: "no such course before the title", when: RenameCourse{Course: "algebra"}, refused: ErrNoSuchCourse},
		{name: "the title before an archived course", given: dcb.Facts(algebra, over), when: RenameCourse{Course: "algebra"}, refused: ErrTitleInvalid},
		{name: "an archived course before the same title", given: dcb.Facts(algebra, over), when: RenameCourse{Course: "algebra", NewTitle: "Algebra"}, refused: ErrCourseArchived},
		{name: "the capacity before an archived course", given: dcb.Facts(algebra, over), when: ChangeCapacity{Course: "algebra"}, refused: ErrCapacityOutOfRange},
		{name: "an archived course before the same capacity", given: dcb.Facts(algebra, over), when: ChangeCapacity{Course: "algebra", NewCapacity: 2}, refused: ErrCourseArchived},
		{name: "the same capacity before another one than was seen", given: dcb.Facts(algebra), when: ChangeCapacity{Course: "algebra", NewCapacity: 2, Seen: 3}, refused: ErrSameCapacity},
		{name: "the same title before another one than was seen", given: dcb.Facts(algebra), when: RenameCourse{Course: "algebra", NewTitle: "Algebra", Seen: "Groups"}, refused: ErrSameTitle},
		{name: "the same name before another one than was seen", given: dcb.Facts(ada), when: RenameStudent{Student: "ada", NewName: "Ada", Seen: "Ada L."}, refused: ErrSameName},
		{name: "the student's id before the name", when: RegisterStudent{}, refused: ErrStudentIDInvalid},
		{name: "the name before an id that is taken", given: dcb.Facts(ada), when: RegisterStudent{Student: "ada"}, refused: ErrNameInvalid},
		{name: "no such course before no such student", when: adaSubscribes, refused: ErrNoSuchCourse},
		{name: "no such student before an archived course", given: dcb.Facts(algebra, over), when: adaSubscribes, refused: ErrNoSuchStudent},
		{name: "an archived course before a seat already", given: dcb.Facts(algebra, ada, takes("ada", "algebra"), over), when: adaSubscribes, refused: ErrCourseArchived},
		{name: "a seat already before a full course", given: dcb.Facts(algebra, ada, takes("ada", "algebra"), takes("kofi", "algebra")), when: adaSubscribes, refused: ErrAlreadySubscribed},
		{name: "a full course before ten courses", given: append(adaBusy, noSeats...), when: adaSubscribes, refused: ErrCourseFull},
		{name: "no such course before no such student, on leaving", when: adaLeaves, refused: ErrNoSuchCourse},
		{name: "no such student before the name", when: RenameStudent{Student: "ada"}, refused: ErrNoSuchStudent},
		{name: "forgotten already before a name in plain text", given: dcb.Facts(ada, forgotten), when: ForgetStudent{Student: "ada"}, refused: ErrAlreadyForgotten},
		{name: "a name in plain text before a seat", given: dcb.Facts(ada, takes("ada", "algebra")), when: ForgetStudent{Student: "ada"}, refused: ErrNamedInPlainText},
		{name: "a seat before a place on a waitlist", given: dcb.Facts(sealedAda, takes("ada", "algebra"), waits("ada", "logic")), when: ForgetStudent{Student: "ada"}, refused: ErrStillSubscribed},
		{name: "no such course before no such student, on waiting", when: adaWaits, refused: ErrNoSuchCourse},
		{name: "no such student before an archived course, on waiting", given: dcb.Facts(algebra, over), when: adaWaits, refused: ErrNoSuchStudent},
		{name: "an archived course before a seat already, on waiting", given: dcb.Facts(algebra, ada, takes("ada", "algebra"), over), when: adaWaits, refused: ErrCourseArchived},
		{name: "a seat already before a free one", given: dcb.Facts(algebra, ada, takes("ada", "algebra")), when: adaWaits, refused: ErrAlreadySubscribed},
		{name: "waiting already before a free seat", given: dcb.Facts(algebra, ada, waits("ada", "algebra")), when: adaWaits, refused: ErrAlreadyWaiting},
		{name: "a free seat before a full waitlist", given: given(dcb.Facts(algebra, ada, CourseCapacityChanged{Course: "algebra", NewCapacity: 51}), waitlist("algebra", 50)), when: adaWaits, refused: ErrCourseNotFull},
		{name: "no such course before no such student, on swapping", given: dcb.Facts(algebra), when: adaSwaps, refused: ErrNoSuchCourse},
		{name: "no such student before the same course", given: dcb.Facts(algebra), when: SwapSeats{Student: "ada", From: "algebra", To: "algebra"}, refused: ErrNoSuchStudent},
		{name: "the same course before an archived one", given: dcb.Facts(algebra, ada, over), when: SwapSeats{Student: "ada", From: "algebra", To: "algebra"}, refused: ErrSameCourse},
		{name: "an archived course before no seat to swap", given: dcb.Facts(algebra, logic, ada, CourseArchived{Course: "logic"}), when: adaSwaps, refused: ErrCourseArchived},
		{name: "no seat to swap before a seat already", given: dcb.Facts(algebra, logic, ada, takes("ada", "logic")), when: adaSwaps, refused: ErrNotSubscribed},
		{name: "a seat already before a full course, on swapping", given: dcb.Facts(algebra, CourseDefined{Course: "logic", Title: "Logic", Capacity: 1}, ada, takes("ada", "algebra"), takes("ada", "logic")), when: adaSwaps, refused: ErrAlreadySubscribed},
		{name: "no such student before nothing to leave", when: LeaveAltogether{Student: "ada"}, refused: ErrNoSuchStudent},
		{name: "no such student before no archived course", when: LeaveArchivedCourses{Student: "ada"}, refused: ErrNoSuchStudent},
		{name: "no such course before no such student, on giving up", when: LeaveWaitlist{Student: "ada", Course: "algebra"}, refused: ErrNoSuchCourse},
	})
}
