package dcbtest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/pgtest"
)

// An operation is an append, or without events a read.
type operation struct {
	events []dcb.InputEvent
	query  dcb.Query
	after  int64
}

// A result is what came of it.
type result struct {
	position int64
	events   []string // IDs of what was read, or of what the append conflicted with
	conflict bool
}

// sequential is the log as one caller at a time would see it: a state is the events
// so far.
var sequential = porcupine.Model{
	Init: func() any { return []dcb.Event(nil) },
	Step: func(state, input, output any) (bool, any) {
		log, op, got := state.([]dcb.Event), input.(operation), output.(result)
		var matching []string
		for _, e := range log[min(op.after, int64(len(log))):] {
			if op.query.Matches(e) {
				matching = append(matching, e.ID)
			}
		}
		switch {
		case op.events == nil:
			return got.position == int64(len(log)) && slices.Equal(got.events, matching), log
		case len(matching) > 0:
			return got.conflict && slices.Equal(got.events, matching[:min(len(matching), 10)]), log
		}
		after := slices.Clone(log)
		for _, e := range op.events {
			after = append(after, dcb.Event{ID: e.ID, Type: e.Type, Tags: e.Tags})
		}
		return !got.conflict && got.position == int64(len(after)), after
	},
	Equal: func(a, b any) bool {
		sameID := func(a, b dcb.Event) bool { return a.ID == b.ID }
		return slices.EqualFunc(a.([]dcb.Event), b.([]dcb.Event), sameID)
	},
}

// Whatever many callers do at once, by way of two stores, there is an order in which
// one caller could have done it one by one, with the same results; and who came
// after another had his answer comes after him in that order.
func TestHistoriesAreLinearizable(t *testing.T) {
	t.Parallel()
	for range 12 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			history := randomHistory(t, seed)
			switch porcupine.CheckOperationsTimeout(sequential, history, 10*time.Second) {
			case porcupine.Illegal:
				t.Errorf("no order explains this history of seed %d:\n%s", seed, written(history))
			case porcupine.Unknown:
				t.Errorf("there was no time to judge the history of seed %d", seed)
			}
		})
	}
}

func TestHistoriesOfAStoreWithoutALockAreNotLinearizable(t *testing.T) {
	t.Parallel()
	output := failing(t, "no lock", "^TestHistoriesAreLinearizable$")
	require.Contains(t, output, "no order explains this history")
}

// randomHistory lets callers do what the seed says; how they meet is up to chance.
// Half of the appends are on the condition that a caller's last read still holds.
func randomHistory(t *testing.T, seed uint64) []porcupine.Operation {
	const callers, each = 8, 12
	url := pgtest.URL(t)
	stores := []dcbtest.Store{openURL(t, url), openURL(t, url)}
	began := time.Now()
	histories := make([][]porcupine.Operation, callers)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(caller)))
			var known int64 // the position of the last read, whose query is this
			query := randomQuery(random)
			for range each {
				op := operation{query: query, after: known}
				switch random.IntN(5) {
				case 0, 1: // read on, or something else from the start
					if random.IntN(2) == 0 {
						query, known = randomQuery(random), 0
						op = operation{query: query}
					}
				case 2: // unconditionally
					op = operation{events: randomEvents(random)}
				default:
					op.events = randomEvents(random)
				}
				call := time.Since(began)
				got := carryOut(t, stores[random.IntN(2)], op)
				histories[caller] = append(histories[caller], porcupine.Operation{
					ClientId: caller, Input: op, Output: got, Call: int64(call), Return: int64(time.Since(began)),
				})
				if op.events == nil {
					known = got.position
				}
			}
		})
	}
	all.Wait()
	return slices.Concat(histories...)
}

func carryOut(t *testing.T, store dcbtest.Store, op operation) (got result) {
	var (
		events []dcb.Event
		err    error
	)
	if op.events == nil {
		var head dcb.Checkpoint
		events, head, err = store.ReadSince(t.Context(), op.query, dcb.At(op.after))
		got.position = head.Position
	} else {
		got.position, err = store.AppendEvents(t.Context(), op.events, op.query, op.after)
		if conflict, ok := errors.AsType[*dcb.ConflictError](err); ok {
			got.conflict, events, err = true, conflict.Events, nil
		}
	}
	assert.NoError(t, err)
	for _, e := range events {
		got.events = append(got.events, e.ID)
	}
	return got
}

func randomEvents(random *rand.Rand) []dcb.InputEvent {
	events := make([]dcb.InputEvent, 1+random.IntN(3))
	for i := range events {
		events[i] = dcb.NewInputEvent(randomType(random), randomTags(random), []byte(`{}`))
	}
	return events
}

func randomQuery(random *rand.Rand) dcb.Query {
	switch random.IntN(6) {
	case 0:
		return dcb.AllEvents()
	case 1:
		return dcb.NewQuery(nil, randomType(random))
	case 2:
		return dcb.NewQuery(randomTags(random), randomType(random))
	case 3:
		return dcb.NewQuery(randomTags(random)).Or(dcb.NewQuery(randomTags(random)))
	default:
		return dcb.NewQuery(randomTags(random))
	}
}

func randomType(random *rand.Rand) string { return []string{"A", "B"}[random.IntN(2)] }

func randomTags(random *rand.Rand) dcb.Tags {
	tags := dcb.Tags{"x", "y", "z"}
	random.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	return tags[:1+random.IntN(2)]
}

func openURL(t *testing.T, url string) dcbtest.Store {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := open(t, pool)
	t.Cleanup(store.Close)
	return store
}

// written writes a history line by line, in the order of calls.
func written(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var lines strings.Builder
	for _, op := range history {
		fmt.Fprintf(&lines, "%v to %v, caller %d: %+v -> %+v\n", time.Duration(op.Call), time.Duration(op.Return), op.ClientId, op.Input, op.Output)
	}
	return lines.String()
}
