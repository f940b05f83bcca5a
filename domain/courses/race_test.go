package courses_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// The races in this file run three times: from one process, from two and from four.
func fromProcesses(t *testing.T, name string, check func(*testing.T, tally, seats)) {
	t.Helper()
	for from, processes := range map[string]int{"from one process": 1, "from two processes": 2, "from four processes": 4} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			got, _, appended := runRace(t, name, processes)
			taken := seatsTaken(t, appended)
			require.Len(t, taken.held, got.Outcomes[carriedOut], "a student who was told to have a seat has one")
			check(t, got, taken)
		})
	}
}

// dealtOut gives each process its part of the subscriptions, by turns.
func dealtOut(subscriptions []SubscribeStudent) func(process, processes int) []dcb.Command {
	return func(process, processes int) (hand []dcb.Command) {
		for i := process; i < len(subscriptions); i += processes {
			hand = append(hand, subscriptions[i])
		}
		return hand
	}
}

func sevenSeats() race {
	facts := dcb.Facts(CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 7})
	var commands []SubscribeStudent
	for i := range 200 {
		student := StudentID(fmt.Sprint("student-", i))
		facts = append(facts, StudentRegistered{Student: student, Name: "Student"})
		commands = append(commands, SubscribeStudent{Student: student, Course: "algebra"})
	}
	return race{facts, dealtOut(commands)}
}

func TestTwoHundredStudentsRaceForSevenSeats(t *testing.T) {
	t.Parallel()
	fromProcesses(t, "seven seats", func(t *testing.T, got tally, taken seats) {
		require.Equal(t, map[Refusal]int{carriedOut: 7, ErrCourseFull: 193}, got.Outcomes)
		require.Equal(t, 7, taken.in["algebra"])
	})
}

func fifteenCourses() race {
	facts := dcb.Facts(ada)
	var commands []SubscribeStudent
	for i := range 15 {
		course := CourseID(fmt.Sprint("course-", i))
		facts = append(facts, CourseDefined{Course: course, Title: "Course", Capacity: 100})
		commands = append(commands, SubscribeStudent{Student: "ada", Course: course})
	}
	return race{facts, dealtOut(commands)}
}

func TestOneStudentRacesForFifteenCourses(t *testing.T) {
	t.Parallel()
	fromProcesses(t, "fifteen courses", func(t *testing.T, got tally, taken seats) {
		require.Equal(t, map[Refusal]int{carriedOut: 10, ErrTooManyCourses: 5}, got.Outcomes)
		require.Equal(t, 10, taken.of["ada"])
	})
}

// Each of 12 students wants the same 12 courses, which have 9 seats each.
func bothLimits() race {
	var facts []dcb.Fact
	var commands []SubscribeStudent
	for i := range 12 {
		facts = append(facts,
			CourseDefined{Course: CourseID(fmt.Sprint("course-", i)), Title: "Course", Capacity: 9},
			StudentRegistered{Student: StudentID(fmt.Sprint("student-", i)), Name: "Student"})
		for j := range 12 {
			commands = append(commands, SubscribeStudent{
				Course: CourseID(fmt.Sprint("course-", i)), Student: StudentID(fmt.Sprint("student-", j)),
			})
		}
	}
	return race{facts, dealtOut(commands)}
}

func TestBothLimitsHoldAtOnce(t *testing.T) {
	t.Parallel()
	fromProcesses(t, "both limits", func(t *testing.T, got tally, taken seats) {
		require.Equal(t, 144, got.Outcomes[carriedOut]+got.Outcomes[ErrCourseFull]+got.Outcomes[ErrTooManyCourses])
		for _, cmd := range races["both limits"].commands(0, 1) {
			seat := StudentSubscribedToCourse{Student: cmd.(SubscribeStudent).Student, Course: cmd.(SubscribeStudent).Course}
			inCourse, ofStudent := taken.in[seat.Course], taken.of[seat.Student]
			require.LessOrEqual(t, inCourse, 9, seat.Course)
			require.LessOrEqual(t, ofStudent, 10, seat.Student)
			require.True(t, taken.held[seat] || inCourse == 9 || ofStudent == 10, "%s could sit in %s", seat.Student, seat.Course)
		}
	})
}

func nothingShared() race {
	var facts []dcb.Fact
	var commands []SubscribeStudent
	for i := range 60 {
		student, course := StudentID(fmt.Sprint("student-", i)), CourseID(fmt.Sprint("course-", i))
		facts = append(facts,
			CourseDefined{Course: course, Title: "Course", Capacity: 1},
			StudentRegistered{Student: student, Name: "Student"})
		commands = append(commands, SubscribeStudent{Student: student, Course: course})
	}
	return race{facts, dealtOut(commands)}
}

func TestSubscriptionsThatShareNothingNeverConflict(t *testing.T) {
	t.Parallel()
	fromProcesses(t, "nothing shared", func(t *testing.T, got tally, _ seats) {
		require.Equal(t, tally{Outcomes: map[Refusal]int{carriedOut: 60}}, got)
	})
}

// seats are the seats that were given, with their numbers in each course and of each
// student.
type seats struct {
	held map[StudentSubscribedToCourse]bool
	in   map[CourseID]int
	of   map[StudentID]int
}

func seatsTaken(t *testing.T, events []dcb.Event) seats {
	t.Helper()
	taken := seats{map[StudentSubscribedToCourse]bool{}, map[CourseID]int{}, map[StudentID]int{}}
	for _, e := range events {
		fact, err := Decode(e.Type, e.Data)
		require.NoError(t, err)
		if seat, ok := fact.(StudentSubscribedToCourse); ok {
			require.False(t, taken.held[seat], "%v is there twice", seat)
			taken.held[seat] = true
			taken.in[seat.Course]++
			taken.of[seat.Student]++
		}
	}
	return taken
}
