package courses_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// A random command is carried out between the read and the append of another one. The result is
// that of the two one after the other. So no boundary leaves out what its decision rests on: if
// the first command changes what the second one does, the second one meets a conflict.
func TestADecisionIsTheSameAsIfNothingHappenedMeanwhile(t *testing.T) {
	t.Parallel()
	appended, conflicts := 0, map[bool]int{}
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 2))
		term, log := newTerm(random), new(dcbtest.Memory)
		for _, fact := range term.facts() {
			appendTo(t, log, fact)
		}
		for range 120 {
			first, second := term.randomCommand(random), term.randomCommand(random)
			inBetween, oneByOne := copyOf(t, log), copyOf(t, log)
			attempts, met := 0, false
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
				if attempts++; attempts == 1 && len(step.Facts) > 0 {
					met = first.Decide(t.Context(), inBetween) == nil
				}
			}})
			got := second.Decide(ctx, inBetween)
			if met {
				require.NoError(t, first.Decide(t.Context(), oneByOne))
				want := second.Decide(t.Context(), oneByOne)
				require.Equal(t, want, got, "seed %d, %#v while %#v", seed, first, second)
				require.Equal(t, plainOf(t, oneByOne), plainOf(t, inBetween), "seed %d, %#v while %#v", seed, first, second)
				conflicts[attempts > 1]++
				appended++
			}
			term.carryOut(first)
			_ = first.Decide(t.Context(), log)
		}
	}
	assert.Greater(t, appended, 1000)
	assert.Positive(t, conflicts[true])
	assert.Positive(t, conflicts[false])
	t.Log(appended, conflicts)
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
	return slices.Clip(plain)
}
