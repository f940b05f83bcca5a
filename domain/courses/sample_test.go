package courses_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
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

func TestLoadSampleTerm(t *testing.T) {
	t.Parallel()

	t.Run("leaves a log alone that has an event", func(t *testing.T) {
		t.Parallel()
		log := openLog(t, pgtest.New(t), logic)
		loaded, err := LoadSampleTerm(t.Context(), log)
		require.NoError(t, err)
		require.False(t, loaded)
		_, position, err := log.ReadSince(t.Context(), dcb.AllEvents(), 0)
		require.NoError(t, err)
		require.EqualValues(t, 1, position)
	})

	t.Run("is done by one of several at once", func(t *testing.T) {
		t.Parallel()
		log := openLog(t, pgtest.New(t))
		loaded := make([]bool, 4)
		var starters sync.WaitGroup
		for i := range loaded {
			starters.Go(func() {
				var err error
				loaded[i], err = LoadSampleTerm(t.Context(), log)
				assert.NoError(t, err)
			})
		}
		starters.Wait()
		require.ElementsMatch(t, []bool{true, false, false, false}, loaded)
		_, position, err := log.ReadSince(t.Context(), dcb.AllEvents(), 0)
		require.NoError(t, err)
		require.EqualValues(t, len(SampleTerm()), position)
	})
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
