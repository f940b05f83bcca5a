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

// Each decision of the sample term is what a command decides after the facts before it.
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

func TestLoadSampleTermLeavesALogAloneThatHasAnEvent(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), logic)
	loaded, err := LoadSampleTerm(t.Context(), log)
	require.NoError(t, err)
	require.False(t, loaded)
	requireHead(t, log, 1)
}

func TestLoadSampleTermAtOnceLoadsItOnce(t *testing.T) {
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
	requireSampleTerm(t, log)
	again, err := LoadSampleTerm(t.Context(), log)
	require.NoError(t, err)
	require.False(t, again)
}

func TestLoadSampleTermCompletesWhatWasBegun(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := LoadSampleTerm(ctx, watchedLog{log, 100, cancel})
	require.ErrorIs(t, err, context.Canceled)
	loaded, err := LoadSampleTerm(t.Context(), log)
	require.NoError(t, err)
	require.True(t, loaded)
	requireSampleTerm(t, log)
}

func TestLoadSampleTermEndsWhenSomethingElseHappens(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t))
	loaded, err := LoadSampleTerm(t.Context(), watchedLog{log, 100, func() {
		require.NoError(t, DefineCourse{Course: "logic", Title: "Logic", Capacity: 9}.Decide(t.Context(), log))
	}})
	require.NoError(t, err)
	require.False(t, loaded)
	requireHead(t, log, 101)
}

// requireSampleTerm requires that the log is the sample term and nothing else, and that
// each decision of it is one append.
func requireSampleTerm(t *testing.T, log *dcb.Store) {
	t.Helper()
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

func requireHead(t *testing.T, log *dcb.Store, position int64) {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, position, head.Position)
}

// A watchedLog calls happens right after the append that ends at a position.
type watchedLog struct {
	dcb.Log
	position int64
	happens  func()
}

func (l watchedLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
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
		"CourseDefined": 12, "CourseRenamed": 3, "CourseCapacityChanged": 1, "CourseArchived": 1,
		"StudentRegistered": 30, "StudentRenamed": 3,
		"StudentSubscribedToCourse": 121, "StudentUnsubscribedFromCourse": 3,
		"StudentJoinedWaitlist": 7, "StudentLeftWaitlist": 4,
	}, counts)
	full := JoinWaitlist{Student: "dmitri", Course: "cryptography"}
	dcbtest.Given(t, SampleTerm()...).When(full).Then(waits("dmitri", "cryptography"))
	promotedNext := UnsubscribeStudent{Student: "wanda", Course: "cryptography"}
	dcbtest.Given(t, SampleTerm()...).When(promotedNext).
		Then(dcb.Causing(leaves("wanda", "cryptography"), promoted("jonas", "cryptography")...)...)
}
