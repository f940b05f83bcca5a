package courses_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// atOnce carries out all commands at once, on the logs by turns, and counts their
// outcomes. An error other than a refusal fails the test.
func atOnce(t *testing.T, logs []*dcb.Store, commands []dcb.Command) map[error]int {
	t.Helper()
	outcomes := make([]error, len(commands))
	start := make(chan struct{})
	var racers sync.WaitGroup
	for i, cmd := range commands {
		racers.Go(func() {
			<-start
			outcomes[i] = cmd.Decide(t.Context(), logs[i%len(logs)])
		})
	}
	close(start)
	racers.Wait()
	counts := map[error]int{}
	for _, err := range outcomes {
		if refusal, ok := errors.AsType[Refusal](err); ok {
			counts[refusal]++
			continue
		}
		assert.NoError(t, err)
		counts[nil]++
	}
	return counts
}

func repeat(cmd dcb.Command, n int) []dcb.Command {
	commands := make([]dcb.Command, n)
	for i := range commands {
		commands[i] = cmd
	}
	return commands
}

func TestARequestThatComesFiftyTimesAtOnceHasOneEffect(t *testing.T) {
	t.Parallel()
	for _, r := range everyCommand {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			logs := twoStores(t, r.given)
			require.Equal(t, map[error]int{nil: 50}, atOnce(t, logs, repeat(r.when, 50)))

			effect, _, err := logs[0].ReadSince(t.Context(), dcb.AllEvents(), dcb.At(int64(len(r.given))))
			require.NoError(t, err)
			require.Len(t, effect, len(r.then))
			for i, fact := range answers(r.when, r.then...) {
				assert.Equal(t, fact.EventType(), effect[i].Type)
				assert.ElementsMatch(t, fact.Tags(), effect[i].Tags)
			}
		})
	}
}

// The two requests have only the key in common, so only the key makes them conflict.
func TestOfTwoRequestsWithOneKeyAtOnceOneIsCarriedOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		one  dcb.Command
		two  dcb.Command
	}{
		{
			name: "that ask for other content",
			one:  SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"},
			two:  SubscribeStudent{Student: "kofi", Course: "logic", Request: "r1"},
		},
		{
			name: "that are different commands",
			one:  RenameStudent{Student: "ada", NewName: "Ada L.", Request: "r1"},
			two:  ArchiveCourse{Course: "logic", Request: "r1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			logs := twoStores(t, dcb.Facts(algebra, logic, ada, kofi))
			counts := atOnce(t, logs, append(repeat(tt.one, 25), repeat(tt.two, 25)...))
			require.Equal(t, map[error]int{nil: 25, ErrRequestReused: 25}, counts)

			requireHead(t, logs[0], 4+1)
		})
	}
}

// A form that is sent again has the same key. A student who wants to come back fills in a
// new form, which has another key.
func TestTheSameStudentComesBackWithAnotherKey(t *testing.T) {
	t.Parallel()
	log := openLog(t, pgtest.New(t), algebra, ada)
	come := SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"}
	leave := UnsubscribeStudent{Student: "ada", Course: "algebra", Request: "r2"}
	for range 2 {
		require.NoError(t, come.Decide(t.Context(), log))
	}
	for range 2 {
		require.NoError(t, leave.Decide(t.Context(), log))
	}
	require.NoError(t, come.Decide(t.Context(), log), "the back button")
	requireHead(t, log, 4)

	come.Request = "r3"
	require.NoError(t, come.Decide(t.Context(), log))
	requireHead(t, log, 5)
}
