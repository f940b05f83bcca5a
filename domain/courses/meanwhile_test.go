package courses_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
)

// A random command is carried out between the read and the append of another one. The result is
// that of the two one after the other. So no boundary leaves out what its decision rests on: if
// the first command changes what the second one does, the second one meets a conflict.
func TestADecisionIsTheSameAsIfNothingHappenedMeanwhile(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	conflicts := map[bool]int{} // how often the second one met a conflict
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 2))
		term, log := newTerm(random), new(dcbtest.Memory)
		for _, fact := range term.facts() {
			appendTo(t, log, fact)
		}
		for range 120 {
			for range 12 {
				first, second := term.randomCommand(random), term.randomCommand(random)
				if first.Decide(t.Context(), forgetful{log}) == nil && second.Decide(t.Context(), forgetful{log}) == nil {
					conflicts[requireOneAfterTheOther(t, log, first, second)]++
				}
			}
			step := term.randomCommand(random)
			term.carryOut(step)
			_ = step.Decide(t.Context(), log) // some are refused
		}
	}
	assert.Greater(t, conflicts[true], 500)
	assert.Greater(t, conflicts[false], 500)
}

// requireOneAfterTheOther carries the first command out while the second one is decided, and
// requires the same of both as if the second one had begun later. It reports whether there was a
// conflict.
func requireOneAfterTheOther(t *testing.T, log dcb.Log, first, second dcb.Command) bool {
	t.Helper()
	meanwhile, later := copyOf(t, log), copyOf(t, log)
	attempts := 0
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(dcb.TraceDecided) {
		if attempts++; attempts == 1 {
			require.NoError(t, first.Decide(t.Context(), meanwhile))
		}
	}})
	got := second.Decide(ctx, meanwhile)
	require.NoError(t, first.Decide(t.Context(), later))
	require.Equal(t, second.Decide(t.Context(), later), got, "%#v while %#v", first, second)
	require.Equal(t, plainOf(t, later), plainOf(t, meanwhile), "%#v while %#v", first, second)
	return attempts > 1
}

// forgetful is a log that stores nothing.
type forgetful struct{ dcb.Log }

func (forgetful) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 1, nil
}

// copyOf returns another log with the events of a log.
func copyOf(t *testing.T, log dcb.Log) *dcbtest.Memory {
	t.Helper()
	var events []dcb.InputEvent
	for _, e := range eventsOf(t, log) {
		events = append(events, dcb.InputEvent{ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data})
	}
	other := new(dcbtest.Memory)
	_, err := other.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err)
	return other
}

// plainOf returns the types and the data of the events in a log.
func plainOf(t *testing.T, log dcb.Log) (plain []string) {
	t.Helper()
	for _, e := range eventsOf(t, log) {
		plain = append(plain, e.Type+" "+string(e.Data))
	}
	return plain
}
