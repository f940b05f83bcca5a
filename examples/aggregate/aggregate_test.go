package aggregate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/examples/aggregate"
	"go-crablet/examples/internal/race"
)

var (
	defined = CourseDefined{CourseID: "c1", Title: "Course 01", Capacity: 10}
	define  = Update{"c1", func(c Course) ([]dcb.Fact, error) { return c.Define("Course 01", 10) }}
)

func changeCapacity(seats int) Update {
	return Update{"c1", func(c Course) ([]dcb.Fact, error) { return c.ChangeCapacity(seats) }}
}

func subscribe(student string) Update {
	return Update{"c1", func(c Course) ([]dcb.Fact, error) { return c.Subscribe(student) }}
}

func changedTo(seats int) dcb.Fact { return CourseCapacityChanged{CourseID: "c1", NewCapacity: seats} }

func takes(student string) dcb.Fact {
	return StudentSubscribedToCourse{CourseID: "c1", Student: student}
}

func TestACourse(t *testing.T) {
	t.Parallel()
	three := dcb.Facts(defined, takes("s1"), takes("s2"), takes("s3"))
	tests := []struct {
		name    string
		given   []dcb.Fact
		when    Update
		then    []dcb.Fact
		refused error
	}{
		{name: "is defined", when: define, then: dcb.Facts(defined)},
		{name: "is not defined twice", given: dcb.Facts(defined), when: define, refused: ErrDefined},
		{name: "gets more seats", given: dcb.Facts(defined), when: changeCapacity(15), then: dcb.Facts(changedTo(15))},
		{name: "gets no more seats when there is none", when: changeCapacity(15), refused: ErrNotDefined},
		{name: "does not change to as many seats as it has", given: dcb.Facts(defined, changedTo(15)), when: changeCapacity(15), refused: ErrSameCapacity},
		{name: "shrinks to the seats that are taken", given: three, when: changeCapacity(3), then: dcb.Facts(changedTo(3))},
		{name: "does not shrink below the seats that are taken", given: three, when: changeCapacity(2), refused: ErrSeatsTaken},
		{name: "gives a student a seat", given: dcb.Facts(defined), when: subscribe("s1"), then: dcb.Facts(takes("s1"))},
		{name: "gives the last seat", given: append(three, changedTo(4)), when: subscribe("s4"), then: dcb.Facts(takes("s4"))},
		{name: "has no seat for another student when it is full", given: append(three, changedTo(3)), when: subscribe("s4"), refused: ErrFull},
		{name: "has no seat when there is no such course", when: subscribe("s1"), refused: ErrFull},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decision := dcbtest.Given(t, test.given...).When(test.when)
			if test.refused != nil {
				decision.ThenRefused(test.refused)
				return
			}
			decision.Then(test.then...)
		})
	}
	t.Run("goes on from what happened to it", func(t *testing.T) {
		t.Parallel()
		dcbtest.Given(t).
			When(define).Then(defined).
			When(changeCapacity(15)).Then(changedTo(15)).
			When(changeCapacity(15)).ThenRefused(ErrSameCapacity)
	})
}

func TestEveryUpdateLooksAtTheWholeHistoryOfOneCourse(t *testing.T) {
	t.Parallel()
	for _, update := range []Update{define, changeCapacity(15), subscribe("s1")} {
		dcbtest.Given(t).When(update).
			ConflictsWith(defined, changedTo(12), takes("s9")).
			IgnoresMeanwhile(
				CourseDefined{CourseID: "c2", Title: "Course 02", Capacity: 10},
				StudentSubscribedToCourse{CourseID: "c2", Student: "s1"})
	}
}

func TestOfThirtyStudentsTenGetTheTenSeats(t *testing.T) {
	t.Parallel()
	thirty := race.Race{Given: dcb.Facts(defined)}
	for i := range 30 {
		thirty.Commands = append(thirty.Commands, subscribe(fmt.Sprint("s", i)))
	}
	require.Equal(t, map[string]int{race.Won: 10, ErrFull.Error(): 20}, thirty.Run(t).Outcomes)
	require.Equal(t, map[string]int{race.Won: 30}, thirty.RunWithoutCondition(t).Outcomes)
}
