package lab_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// strategyEnv is the environment variable that names the strategy that TestStore tests.
const strategyEnv = "LAB_TEST_STRATEGY"

// A strategyStore is the real store, except for the three calls that a strategy may change.
type strategyStore struct {
	*dcb.Store
	strategy dcb.Log
}

func (s strategyStore) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return s.strategy.ReadSince(ctx, query, after)
}

func (s strategyStore) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	return s.strategy.ReadUpTo(ctx, query, upTo)
}

func (s strategyStore) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	return s.strategy.AppendAfter(ctx, events, query, known)
}

func (s strategyStore) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64) (int64, error) {
	return s.strategy.AppendAfter(ctx, events, query, dcb.At(known))
}

func (s strategyStore) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known int64, reducer dcb.StateReducer) (int64, error) {
	if reducer.InitialState != nil {
		return 0, dcb.InputError("the state does not begin as nil")
	}
	for {
		position, state, err := s.ReadState(ctx, query, reducer)
		switch {
		case err != nil:
			return 0, err
		case known > position:
			return 0, dcb.ErrBeyondHead
		case !isNil(state):
			return position, nil
		}
		last, err := s.AppendEvents(ctx, events, query, position)
		if !errors.Is(err, dcb.ErrConflict) {
			return last, err
		}
	}
}

func isNil(state any) bool {
	v := reflect.ValueOf(state)
	return !v.IsValid() || slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Map, reflect.Slice}, v.Kind()) && v.IsNil()
}

// TestStore tests whether a strategy keeps the promises of package dcb: the one that the
// environment names, or the correct one. Of the correct one, a run that is not thorough tests
// the promises of a log: the strategy has no other calls of its own.
func TestStore(t *testing.T) {
	named := os.Getenv(strategyEnv)
	strategy, found := lab.FindStrategy(cmp.Or(named, "correct"))
	require.True(t, found)
	open := func(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
		store, err := dcb.NewEventStore(t.Context(), pool)
		require.NoError(t, err)
		t.Cleanup(store.Close)
		log, err := strategy.On(t.Context(), pool, store)
		require.NoError(t, err)
		return strategyStore{store, log}
	}
	if named == "" && !effort.Thorough() {
		dcbtest.TestLog(t, func(t *testing.T) dcb.Log { return open(t, pgtest.New(t)) })
		return
	}
	dcbtest.TestStore(t, pgtest.URL, open)
}

// breaks says which promises of package dcb each strategy breaks. Those under perhaps take
// luck to be seen broken.
var breaks = map[string]struct{ certainly, perhaps []string }{
	// It guards nothing.
	"no-condition": {certainly: []string{
		"AppendEvents appends from a position, which is no more than a position",
		"AppendEventsIfNotExists at once appends once",
		"AppendEventsIfNotExists finds what another appended in its gap",
		"a conflict of appends at once tells a large event as a read returns it",
		"a conflict of appends at once tells an event as a read returns it",
		"a conflict shows while an unrelated transaction is open",
		"a conflict tells large events as a read returns them, and only a few",
		"a conflict tells the first ten events that got inside",
		"a query means the same to a read and to a condition",
		"a state is reduced in order, and its position is the end of the log",
		"an ID is told in lower case, however it was given", // in a conflict
		"an append after a checkpoint of another log is refused with ErrOtherHistory",
		"an append from a position beyond the end of the log is refused, whatever its query",
		"an event at the known position is no conflict",
		"callers who append at once share no memory", // in a conflict
		"of many appends at once with one condition exactly one is stored",
		"of two appends that want the same seat one is stored, wherever they meet",
		"one of two appends is stored where the default isolation level is repeatable read",
		"one of two appends is stored where the default isolation level is serializable",
		"positions are 1, 2, 3 and so on, also after an append that failed", // none fails
		"the events of a read or a conflict are the caller's own",
		"the memory of an append is the caller's again when the append has returned", // in a conflict
		"under the query for all events any event is a conflict",
	}},

	// It does not keep two appends at once apart. Its sequence also gives positions to events
	// that are rolled back, or are committed late.
	"check-without-lock": {
		certainly: []string{
			"a conflict of appends at once tells a large event as a read returns it",
			"a conflict of appends at once tells an event as a read returns it",
			"a reader who goes on from the last position misses nothing",
			"a tail misses nothing that commits late",
			"an append whose ID is taken leaves no gap",
			"callers who append at once share no memory",       // in a conflict
			"closing waits for the appends that were accepted", // the store knows nothing of an insert beside it
			"of two appends that want the same seat one is stored, wherever they meet",
			"one of two appends is stored where the default isolation level is repeatable read",
			"one of two appends is stored where the default isolation level is serializable",
		},
		perhaps: []string{
			"AppendEventsIfNotExists at once appends once",
			"a reader who follows while many append misses nothing",
			"of many appends at once with one condition exactly one is stored",
			"the same append many times at once is stored once",
		},
	},

	// It changes the meaning of a query with several items.
	"or-as-and": {certainly: []string{
		"a conflict tells the first ten events that got inside",
		"a query means the same to a read and to a condition",
	}},

	"read-apart": {
		certainly: []string{"events and position are of one moment"},
		perhaps:   []string{"a reader who follows while many append misses nothing"},
	},

	// It guards the stream of the events, and not what the query asks for.
	"stream-per-course": {certainly: []string{
		"a conflict tells large events as a read returns them, and only a few",
		"a conflict tells the first ten events that got inside",
		"a query means the same to a read and to a condition",
		"an ID is told in lower case, however it was given",                           // in a conflict
		"an append after a checkpoint of another log is refused with ErrOtherHistory", // it conflicts with what was not asked about
		"the events of a read or a conflict are the caller's own",
		"the memory of an append is the caller's again when the append has returned", // in a conflict
		"under the query for all events any event is a conflict",
	}},
}

// A thorough run tries all promises, a usual one only those that the strategy has to break. The
// correct strategy breaks none, as TestStore says.
func TestEachStrategyBreaksWhatItsMistakeBreaksAndNothingElse(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a process for each strategy")
	for _, strategy := range lab.Strategies() {
		if !strategy.Broken {
			continue
		}
		t.Run(strategy.Name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+promisesToTry(strategy), "-test.timeout=8m")
			child.Env = append(os.Environ(), strategyEnv+"="+strategy.Name, "TEST_DATABASE_URL="+pgtest.URL(t))
			output, err := child.CombinedOutput()
			require.Error(t, err, "%s", output)
			broken := []string{}
			for _, test := range regexp.MustCompile(`(?m)^    --- FAIL: TestStore/(\S+)`).FindAllStringSubmatch(string(output), -1) {
				broken = append(broken, strings.ReplaceAll(test[1], "_", " "))
			}
			of := breaks[strategy.Name]
			broken = slices.DeleteFunc(broken, func(promise string) bool { return slices.Contains(of.perhaps, promise) })
			assert.ElementsMatch(t, of.certainly, broken)
		})
	}
}

// promisesToTry returns the pattern of the tests of a strategy.
func promisesToTry(strategy lab.Strategy) string {
	if effort.Thorough() {
		return "^TestStore$"
	}
	var patterns []string
	for _, promise := range breaks[strategy.Name].certainly {
		patterns = append(patterns, regexp.QuoteMeta(strings.ReplaceAll(promise, " ", "_")))
	}
	return "^TestStore$/^(" + strings.Join(patterns, "|") + ")$"
}
