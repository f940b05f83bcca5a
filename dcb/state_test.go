package dcb

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// deposited is money that comes into an account, or leaves it.
type deposited struct {
	Account string `json:"account"`
	Amount  int    `json:"amount"`
}

func (deposited) EventType() string { return "Deposited" }
func (e deposited) Tags() Tags      { return NewTags("account", e.Account) }

// ledger has the balance of three accounts, bound in every shape that a state can have.
type ledger struct {
	field    int
	list     []int           // an element is bound
	pointer  *int            // its target is bound
	byName   map[string]*int // the target of a value is bound
	array    [2]struct{ balance int }
	changed  map[string]int // a map that its handler changes in place
	appended []int          // a slice that its handler appends to
	linked   *entry         // a pointer that its handler follows
	sealed   any
}

type entry struct {
	amount int
	next   *entry
}

// initialBalances is shared by all who use the projection.
var initialBalances = Project(map[string]int{"opening": 1}, NewTags("account", "c"),
	On(func(balances map[string]int, e deposited) map[string]int {
		balances[e.Account] += e.Amount
		return balances
	}))

func (l *ledger) boundary(elsewhere *int) Boundary {
	sum := func(account string) Projection[int] {
		return Project(0, NewTags("account", account), On(func(n int, e deposited) int { return n + e.Amount }))
	}
	l.list, l.pointer, l.byName = make([]int, 2), new(int), map[string]*int{"c": new(int)}
	return Boundary{
		Into(&l.field, sum("a")),
		Into(&l.list[1], sum("a")),
		Into(l.pointer, sum("b")),
		Into(l.byName["c"], sum("c")),
		Into(&l.array[1].balance, sum("b")),
		Into(elsewhere, sum("a")),
		Into(&l.changed, initialBalances),
		Into(&l.appended, Project(nil, NewTags("account", "a"), On(func(list []int, e deposited) []int {
			return append(list, e.Amount)
		}))),
		Into(&l.linked, Project(&entry{}, NewTags("account", "b"), On(func(first *entry, e deposited) *entry {
			last := first
			for last.next != nil {
				last = last.next
			}
			last.next = &entry{amount: e.Amount}
			return first
		}))),
		Into(&l.sealed, Project[any](map[string][]int{}, NewTags("account", "c"), On(func(s any, e deposited) any {
			amounts := s.(map[string][]int)
			amounts["c"] = append(amounts["c"], e.Amount)
			return amounts
		}))),
	}
}

// freshLedger is the fold of the events by variables that nobody used before.
func freshLedger(t require.TestingT, events []Event) (l ledger, elsewhere int) {
	require.NoError(t, newConcern(l.boundary(&elsewhere)).apply(share(events), everyPart))
	return l, elsewhere
}

var someDeposit = common(rapid.Custom(func(t *rapid.T) Event {
	e := deposited{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "account"), rapid.IntRange(-9, 9).Draw(t, "amount")}
	events, err := Encode(Facts(e))
	require.NoError(t, err)
	return events[0].stored(context.Background())
}))

// A batch may be judged again and again, each time with other events in between. What
// the decision knows each time is what a fresh fold knows, whatever the shape of its
// state; and so it is when it reads on in the end.
func TestADecisionKnowsWhatAFreshFoldKnowsHoweverOftenItIsTakenAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SliceOfN(someDeposit, 0, 8).Draw(t, "log") // as it is for the attempt
		var elsewhere int
		boundary := func(l *ledger) Boundary { return l.boundary(&elsewhere) }
		d := newDecision(t.Context(), eventsLog(log), boundary, func(l ledger) (any, []Fact, error) {
			want, wantElsewhere := freshLedger(t, log)
			require.Equal(t, want, l)
			require.Equal(t, wantElsewhere, elsewhere)
			// It tries things out on what it was given, which it should not.
			l.list[1], *l.pointer, l.changed["c"], l.linked.amount, elsewhere = -1, -1, -1, -1, -1
			return nil, nil, errors.New("refused")
		})
		_, err := d.view.read(t.Context())
		require.NoError(t, err)
		restore := d.remember()
		_, _, _ = d.decide()

		read, r := log, &request{}
		onTheSpot(d, r, TraceRead{}, restore)
		for range rapid.IntRange(1, 4).Draw(t, "passes") {
			meanwhile := rapid.SliceOfN(someDeposit, 1, 4).Draw(t, "meanwhile")
			log = slices.Concat(read, meanwhile)
			_, ok := r.again(share(meanwhile), int64(len(log)))
			require.True(t, ok)
		}

		restore()
		log = slices.Concat(read, rapid.SliceOfN(someDeposit, 0, 4).Draw(t, "later"))
		d.view.log = eventsLog(log)
		_, err = d.view.read(t.Context())
		require.NoError(t, err)
		_, _, _ = d.decide()
	})
	require.Equal(t, map[string]int{"opening": 1}, initialBalances.initial, "what all share is as it was")
}

// eventsLog is a log that only reads.
type eventsLog []Event

func (l eventsLog) ReadSince(_ context.Context, query Query, after Checkpoint) (found []Event, head Checkpoint, err error) {
	for i, e := range l {
		if e.Position = int64(i + 1); e.Position > after.Position && query.Matches(e) {
			found = append(found, e)
		}
	}
	return found, At(int64(len(l))), nil
}

func (l eventsLog) ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	events, _, err := l[:upTo.Position].ReadSince(ctx, query, Checkpoint{})
	return events, err
}

func (eventsLog) AppendAfter(context.Context, []InputEvent, Query, Checkpoint) (int64, error) {
	return 0, errors.New("this log only reads")
}
