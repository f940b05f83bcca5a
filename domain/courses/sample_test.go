package courses_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// Every fact of the sample, with what follows from it, is what a command would have
// decided at its place.
func TestSampleTermKeepsTheRules(t *testing.T) {
	term := SampleTerm()
	events, err := dcb.Encode(term)
	require.NoError(t, err)
	for first := 0; first < len(term); {
		next := first + 1
		for next < len(term) && events[next].CausationID != "" {
			next++
		}
		fact, err := Decode(events[first].Type, events[first].Data)
		require.NoError(t, err)
		dcbtest.Given(t, term[:first]...).When(commandFor(t, fact)).Then(term[first:next]...)
		first = next
	}
}

func commandFor(t *testing.T, fact dcb.Fact) dcb.Command {
	switch e := fact.(type) {
	case CourseDefined:
		return DefineCourse{Course: e.Course, Title: e.Title, Capacity: e.Capacity}
	case CourseRenamed:
		return RenameCourse{Course: e.Course, NewTitle: e.NewTitle}
	case CourseCapacityChanged:
		return ChangeCapacity{Course: e.Course, NewCapacity: e.NewCapacity}
	case CourseArchived:
		return ArchiveCourse{Course: e.Course}
	case StudentRegistered:
		return RegisterStudent{Student: e.Student, Name: e.Name}
	case StudentRenamed:
		return RenameStudent{Student: e.Student, NewName: e.NewName}
	case StudentForgotten:
		return ForgetStudent{Student: e.Student}
	case StudentSubscribedToCourse:
		return SubscribeStudent{Student: e.Student, Course: e.Course}
	case StudentUnsubscribedFromCourse:
		return UnsubscribeStudent{Student: e.Student, Course: e.Course}
	case StudentJoinedWaitlist:
		return JoinWaitlist{Student: e.Student, Course: e.Course}
	case StudentLeftWaitlist:
		return LeaveWaitlist{Student: e.Student, Course: e.Course}
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
		_, head, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		require.EqualValues(t, 1, head.Position)
	})

	// loaded asks for a log that is the sample term and nothing else, decision by decision.
	loaded := func(t *testing.T, log *dcb.Store) {
		events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		term := SampleTerm()
		require.Len(t, events, len(term))
		for i, e := range events {
			require.Equal(t, term[i].EventType(), e.Type)
			first, _, err := log.AppendOf(t.Context(), e.Position)
			require.NoError(t, err)
			require.Equal(t, e.CausationID != "", first < e.Position, "a decision is one append: %d", e.Position)
			require.True(t, e.CausationID == "" || e.CausationID == events[first-1].ID)
		}
	}

	t.Run("loads it once, whoever else does", func(t *testing.T) {
		t.Parallel()
		log := openLog(t, pgtest.New(t))
		var starters sync.WaitGroup
		for range 4 {
			starters.Go(func() {
				_, err := LoadSampleTerm(t.Context(), log)
				assert.NoError(t, err)
			})
		}
		starters.Wait()
		loaded(t, log)
		again, err := LoadSampleTerm(t.Context(), log)
		require.NoError(t, err)
		require.False(t, again)
	})

	t.Run("completes what was begun", func(t *testing.T) {
		t.Parallel()
		log := openLog(t, pgtest.New(t))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := LoadSampleTerm(ctx, endsAt{log, 100, cancel})
		require.ErrorIs(t, err, context.Canceled)
		done, err := LoadSampleTerm(t.Context(), log)
		require.NoError(t, err)
		require.True(t, done)
		loaded(t, log)
	})

	t.Run("is over when something else happens", func(t *testing.T) {
		t.Parallel()
		log := openLog(t, pgtest.New(t))
		done, err := LoadSampleTerm(t.Context(), endsAt{log, 100, func() {
			require.NoError(t, DefineCourse{Course: "logic", Title: "Logic", Capacity: 9}.Decide(t.Context(), log))
		}})
		require.NoError(t, err)
		require.False(t, done)
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 101, head.Position)
	})
}

// endsAt is a log on which something happens right behind a position.
type endsAt struct {
	dcb.Log
	position int64
	happens  func()
}

func (l endsAt) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	last, err := l.Log.AppendAfter(ctx, events, query, known)
	if last == l.position {
		l.happens()
	}
	return last, err
}

func TestSampleTermHasSomethingToLookAt(t *testing.T) {
	counts := map[string]int{}
	for _, fact := range SampleTerm() {
		counts[fact.EventType()]++
	}
	require.Equal(t, map[string]int{
		"CourseDefined": 12, "CourseRenamed": 1, "CourseCapacityChanged": 1, "CourseArchived": 1,
		"StudentRegistered": 30, "StudentRenamed": 1,
		"StudentSubscribedToCourse": 129, "StudentUnsubscribedFromCourse": 3,
		"StudentJoinedWaitlist": 5, "StudentLeftWaitlist": 2,
	}, counts)
	full := JoinWaitlist{Student: "dmitri", Course: "cryptography"}
	dcbtest.Given(t, SampleTerm()...).When(full).Then(waits("dmitri", "cryptography"))
	promotedNext := UnsubscribeStudent{Student: "wanda", Course: "cryptography"}
	dcbtest.Given(t, SampleTerm()...).When(promotedNext).
		Then(dcb.Causing(leaves("wanda", "cryptography"), promoted("jonas", "cryptography")...)...)
}
