package receipt_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

func TestAReceiptSaysWhatADecisionReadKnewAndAppended(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2}, taken{"green", "mei"}, taken{"blue", "kofi"})
	began := time.Now()
	r := record(t, dcb.WithCorrelationID(t.Context(), "request-1"), log, take{"blue", "ada"})

	assert.Regexp(t, `^[a-z2-7]{10}$`, r.ID)
	assert.Equal(t, "take", r.Command)
	assert.JSONEq(t, `{"Room": "blue", "Who": "ada"}`, string(r.Input))
	assert.Equal(t, "Ada wants a seat", r.Title)
	assert.Equal(t, "request-1", r.CorrelationID)
	assert.WithinRange(t, r.StartedAt, began, time.Now())
	assert.Positive(t, r.Took)
	assert.Equal(t, []dcb.QueryItem{{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", "blue")}}, r.Boundary)
	require.Len(t, r.Attempts, 1)
	assert.Equal(t, receipt.Attempt{
		ReadTo: 3, Read: 2, LastRead: stored(t, log, 1, 3),
		Knew:   knew(2, "kofi"),
		Wanted: stored(t, log, 4),
	}, r.Attempts[0])
	assert.Equal(t, receipt.Appended, r.Outcome())
	assert.Zero(t, r.Conflicts())
}

func TestAReceiptSaysWhichEventsWereTheConflict(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	r := record(t, meanwhile(t, log, taken{"blue", "kofi"}), log, take{"blue", "ada"})
	require.Len(t, r.Attempts, 2)
	lost := r.Attempts[0]
	assert.Equal(t, &receipt.Conflict{Events: stored(t, log, 2), Stale: []string{"guests"}}, lost.Conflict)
	require.Len(t, lost.Wanted, 1)
	assert.Zero(t, lost.Wanted[0].Position, "it was not appended")
	assert.JSONEq(t, `{"room":"blue","who":"ada"}`, string(lost.Wanted[0].Data))
	assert.Equal(t, receipt.Attempt{
		After: 1, ReadTo: 2, Read: 1, LastRead: stored(t, log, 2),
		Knew:   knew(2, "kofi"),
		Wanted: stored(t, log, 3),
	}, r.Attempts[1])
	assert.Equal(t, receipt.Appended, r.Outcome())
	assert.Equal(t, 1, r.Conflicts())
}

func TestAReceiptSaysHowLongTheDecisionWaitedBeforeItReadAgain(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	ctx := dcb.WithTrace(meanwhile(t, log, taken{"blue", "kofi"}), &dcb.Trace{Stepwise: true})
	r := record(t, ctx, log, take{"blue", "ada"})
	require.Len(t, r.Attempts, 2)
	assert.Positive(t, r.Attempts[0].Conflict.Wait)
	assert.GreaterOrEqual(t, r.Took, r.Attempts[0].Conflict.Wait, "pauses included")
	assert.Equal(t, stored(t, log, 3), r.Attempts[1].Wanted)
}

func TestAReceiptEndsWithTheRuleThatRefused(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 1})
	r := record(t, meanwhile(t, log, taken{"blue", "kofi"}), log, take{"blue", "ada"})
	require.Len(t, r.Attempts, 2)
	assert.Empty(t, r.Attempts[0].Refusal)
	assert.Equal(t, "the room is full", r.Last().Refusal)
	assert.Empty(t, r.Last().Wanted)
	assert.Equal(t, receipt.Refused, r.Outcome())
	assert.Equal(t, 1, r.Conflicts())
}

func TestARefusalWantsNothingWhateverFactsCameWithIt(t *testing.T) {
	t.Parallel()
	r := record(t, t.Context(), hopeless{}, decideWith(func(struct{}) ([]dcb.Fact, error) {
		return dcb.Facts(taken{"blue", "ada"}), errFull
	}))
	assert.Equal(t, receipt.Refused, r.Outcome())
	assert.Empty(t, r.Last().Wanted)
}

func TestTheFirstEventOfALogStandsAtOne(t *testing.T) {
	t.Parallel()
	log := newLog(t)
	r := record(t, t.Context(), log, decideWith(func(struct{}) ([]dcb.Fact, error) {
		return dcb.Facts(opened{"blue", 2}), nil
	}))
	require.Len(t, r.Last().Wanted, 1)
	assert.Equal(t, int64(1), r.Last().Wanted[0].Position)
}

func TestAnAttemptWantsNothingBetweenItsReadAndItsDecision(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	ctx, recorder := receipt.Record(meanwhile(t, log, taken{"blue", "kofi"}), take{"blue", "ada"}, "")
	var wanted []int
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true, Read: func(dcb.TraceRead) {
		wanted = append(wanted, len(recorder.SoFar().Last().Wanted))
	}})
	require.NoError(t, take{"blue", "ada"}.Decide(ctx, log))
	assert.Equal(t, []int{0, 0}, wanted, "the first attempt wanted a seat, the second nothing yet")
}

func TestACommandThatCannotBeWrittenAsJSONIsKeptByItsName(t *testing.T) {
	t.Parallel()
	_, recorder := receipt.Record(t.Context(), unencodable{}, "")
	soFar := recorder.SoFar()
	assert.Equal(t, "unencodable", soFar.Command)
	assert.Nil(t, soFar.Input)
	assert.Empty(t, soFar.Attempts)
}

func TestAReceiptSaysThatThereWasNothingToDo(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2}, taken{"blue", "ada"})
	r := record(t, t.Context(), log, take{"blue", "ada"})
	require.Len(t, r.Attempts, 1)
	assert.Equal(t, receipt.Nothing, r.Outcome())
}

func TestAReceiptKeepsTheLastTwelveEventsReadAndTheFirstTenOfAConflict(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(opened{"blue", 100})
	for i := range 19 {
		facts = append(facts, taken{"blue", fmt.Sprint("guest-", i)})
	}
	log := newLog(t, facts...)
	r := record(t, meanwhile(t, log, facts[1:16]...), log, take{"blue", "ada"})
	require.Len(t, r.Attempts, 2)
	assert.Equal(t, 20, r.Attempts[0].Read)
	assert.Equal(t, stored(t, log, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20), r.Attempts[0].LastRead)
	assert.Equal(t, stored(t, log, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30), r.Attempts[0].Conflict.Events)
	assert.Equal(t, 15, r.Attempts[1].Read)
	assert.Equal(t, stored(t, log, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35), r.Attempts[1].LastRead)
}

func TestAReceiptSaysHowTheBoundaryChanged(t *testing.T) {
	t.Parallel()
	log := newLog(t, chosen{"blue"}, opened{"blue", 2}, opened{"green", 2}, taken{"green", "mei"})
	r := record(t, meanwhile(t, log, chosen{"green"}), log, takeChosen{"ada"})
	require.Len(t, r.Attempts, 2)
	choice := dcb.QueryItem{Types: []string{"Chosen"}, Tags: dcb.NewTags("choice", "room")}
	in := func(name string) dcb.QueryItem {
		return dcb.QueryItem{Types: []string{"Opened", "Taken"}, Tags: dcb.NewTags("room", name)}
	}
	assert.Equal(t, []dcb.QueryItem{choice, in("blue")}, r.Boundary)
	assert.Nil(t, r.Attempts[0].Moved)
	assert.Equal(t, stored(t, log, 1, 2), r.Attempts[0].LastRead)
	assert.Equal(t, &receipt.Moved{
		Boundary: []dcb.QueryItem{choice, in("green")},
		Inside:   4, LastInside: stored(t, log, 1, 3, 4, 5),
	}, r.Attempts[1].Moved)
	assert.Equal(t, stored(t, log, 6), r.Attempts[1].Wanted)
}

func TestAReceiptHasEveryAttemptOfADecisionThatLostThemAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := record(t, t.Context(), hopeless{}, take{"blue", "ada"})
		require.Len(t, r.Attempts, 64)
		for i, attempt := range r.Attempts[:63] {
			assert.Positive(t, attempt.Conflict.Wait, "after attempt %d", i+1)
			assert.False(t, attempt.Conflict.GaveUp, "after attempt %d", i+1)
		}
		assert.True(t, r.Last().Conflict.GaveUp)
		assert.Equal(t, receipt.Lost, r.Outcome())
		assert.Equal(t, 64, r.Conflicts())
	})
}

func TestADecisionThatWasCalledOffHasNoReceipt(t *testing.T) {
	t.Parallel()
	log := newLog(t, opened{"blue", 2})
	ctx, cancel := context.WithCancel(t.Context())
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Decided: func(dcb.TraceDecided) { cancel() }})
	ctx, recorder := receipt.Record(ctx, take{"blue", "ada"}, "Ada wants a seat")
	require.ErrorIs(t, take{"blue", "ada"}.Decide(ctx, log), context.Canceled)
	_, ended := recorder.Receipt()
	require.False(t, ended)
}

func TestADecisionThatWasCalledOffAfterAConflictHasNoReceipt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Conflicted: func(dcb.TraceConflicted) { cancel() }})
	ctx, recorder := receipt.Record(ctx, take{"blue", "ada"}, "Ada wants a seat")
	require.ErrorIs(t, take{"blue", "ada"}.Decide(ctx, hopeless{}), context.Canceled)
	_, ended := recorder.Receipt()
	require.False(t, ended)
}

func TestThereIsNoReceiptBeforeTheDecision(t *testing.T) {
	t.Parallel()
	_, recorder := receipt.Record(t.Context(), take{"blue", "ada"}, "Ada wants a seat")
	_, ended := recorder.Receipt()
	require.False(t, ended)
}

type command interface {
	Decide(ctx context.Context, log dcb.Log) error
}

// record makes a decision, and returns its receipt.
func record(t *testing.T, ctx context.Context, log dcb.Log, cmd command) receipt.Receipt {
	t.Helper()
	ctx, recorder := receipt.Record(ctx, cmd, "Ada wants a seat")
	_ = cmd.Decide(ctx, log) // the receipt says how it went
	r, ended := recorder.Receipt()
	require.True(t, ended)
	return r
}

// meanwhile returns a context for one decision. Before its first append, others append these
// facts.
func meanwhile(t *testing.T, log *dcb.Store, facts ...dcb.Fact) context.Context {
	t.Helper()
	var once sync.Once
	return dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(dcb.TraceDecided) {
		once.Do(func() { appendFacts(t, log, facts...) })
	}})
}

// stored returns the events at these positions, as a receipt keeps them.
func stored(t *testing.T, log *dcb.Store, positions ...int64) []receipt.Event {
	t.Helper()
	events, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	kept := make([]receipt.Event, len(positions))
	for i, position := range positions {
		require.GreaterOrEqual(t, int64(len(events)), position)
		e := events[position-1]
		kept[i] = receipt.Event{Position: e.Position, ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data}
	}
	return kept
}
