package courses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

// Every fact of the sample is what a command would have decided at its place.
func TestSampleTermKeepsTheRules(t *testing.T) {
	term := SampleTerm()
	for i, fact := range term {
		dcbtest.Given(t, term[:i]...).When(commandFor(t, fact)).Then(fact)
	}
}

func commandFor(t *testing.T, fact dcb.Fact) dcbtest.Command {
	switch e := fact.(type) {
	case CourseDefined:
		return DefineCourse(e)
	case CourseCapacityChanged:
		return ChangeCapacity(e)
	case StudentRegistered:
		return RegisterStudent(e)
	case StudentSubscribedToCourse:
		return SubscribeStudent(e)
	case StudentUnsubscribedFromCourse:
		return UnsubscribeStudent(e)
	}
	require.Failf(t, "no command", "decides %T", fact)
	return nil
}

func TestSampleTermHasSomethingToLookAt(t *testing.T) {
	var courses, students int
	for _, fact := range SampleTerm() {
		switch fact.(type) {
		case CourseDefined:
			courses++
		case StudentRegistered:
			students++
		}
	}
	require.Equal(t, 12, courses)
	require.Equal(t, 30, students)
}
