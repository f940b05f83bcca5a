package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// moved is money that comes into an account, or leaves it.
type moved struct {
	Account string `json:"account"`
	Amount  int    `json:"amount"`
}

func (moved) EventType() string { return "Moved" }
func (e moved) Tags() dcb.Tags  { return dcb.NewTags("account", e.Account) }

var errOdd = errors.New("the balances are odd")

// A purse is a state with the balance of an account in each shape that there is.
type purse struct {
	field   int
	list    []int
	pointer *int
	byName  map[string]*int
	inPlace map[string]int
	found   []int
}

// A part of a purse is the balance of an account, in one shape.
type pursePart struct {
	shape     int
	account   string
	unguarded bool
}

// A purseDecision moves money if the balances that it looks at are even.
type purseDecision struct {
	parts []pursePart
	then  bool // it looks at one more account, which depends on a balance
	to    string
	known [][]int // by attempt that decided, the balance of each part, and of what was found
}

const shapes = 5

func accountNames() []string { return []string{"a", "b", "c", "d"} }

func someDecision(random *rand.Rand) *purseDecision {
	d := &purseDecision{then: random.IntN(3) == 0, to: accountNames()[random.IntN(4)]}
	for _, shape := range random.Perm(shapes)[:1+random.IntN(shapes)] {
		d.parts = append(d.parts, pursePart{shape, accountNames()[random.IntN(4)], random.IntN(4) == 0})
	}
	return d
}

func balance(account string) dcb.Projection[int] {
	return dcb.Project(0, dcb.NewTags("account", account), dcb.On(func(n int, e moved) int { return n + e.Amount }))
}

func (d *purseDecision) boundary(s *purse) (b dcb.Boundary) {
	s.list, s.pointer, s.byName = make([]int, 2), new(int), map[string]*int{"it": new(int)}
	for _, part := range d.parts {
		p := []func() dcb.Part{
			func() dcb.Part { return dcb.Into(&s.field, balance(part.account)) },
			func() dcb.Part { return dcb.Into(&s.list[1], balance(part.account)) },
			func() dcb.Part { return dcb.Into(s.pointer, balance(part.account)) },
			func() dcb.Part { return dcb.Into(s.byName["it"], balance(part.account)) },
			func() dcb.Part {
				return dcb.Into(&s.inPlace, dcb.Project(map[string]int{}, dcb.NewTags("account", part.account),
					dcb.On(func(sums map[string]int, e moved) map[string]int { sums["it"] += e.Amount; return sums })))
			},
		}[part.shape]()
		if part.unguarded {
			p = dcb.Unguarded(p)
		}
		b = append(b, p)
	}
	if d.then {
		b = append(b, dcb.Then(func() dcb.Boundary {
			s.found = make([]int, 1)
			return dcb.Boundary{dcb.Into(&s.found[0], balance(foundBy(d.balances(*s)[0])))}
		}))
	}
	return b
}

// foundBy tells the account to look at next.
func foundBy(balance int) string { return accountNames()[(balance%4+4)%4] }

// balances returns the balance of each part.
func (d *purseDecision) balances(s purse) []int {
	all := []int{s.field, s.list[1], *s.pointer, *s.byName["it"], s.inPlace["it"]}
	var mine []int
	for _, part := range d.parts {
		mine = append(mine, all[part.shape])
	}
	return append(mine, s.found...)
}

func (d *purseDecision) decide(s purse) ([]dcb.Fact, error) {
	known := d.balances(s)
	d.known = append(d.known, slices.Clone(known))
	s.list[1], *s.pointer, *s.byName["it"] = -99, -99, -99 // it should not, and it does no harm
	if s.inPlace != nil {
		s.inPlace["it"] = -99
	}
	if known[0]%2 != 0 {
		return nil, errOdd
	}
	return dcb.Causing(moved{d.to, 1 + known[0]%3}, moved{accountNames()[len(known)%4], 1}), nil
}

// A pursePath is what the trace of a decision told.
type pursePath struct {
	decision *purseDecision
	reads    []dcb.TraceRead
	known    [][]int // when the hook ran
	decided  []dcb.TraceDecided
	lost     []dcb.TraceConflicted
	appended []dcb.TraceAppended
	failed   []dcb.TraceFailed
	err      error
}

func (p *pursePath) trace() *dcb.Trace {
	return &dcb.Trace{
		Read: func(step dcb.TraceRead) {
			p.reads = append(p.reads, step)
			p.known = append(p.known, slices.Clone(p.decision.balances(step.State.(purse))))
		},
		Decided:    func(step dcb.TraceDecided) { p.decided = append(p.decided, step) },
		Conflicted: func(step dcb.TraceConflicted) { p.lost = append(p.lost, step) },
		Appended:   func(step dcb.TraceAppended) { p.appended = append(p.appended, step) },
		Failed:     func(step dcb.TraceFailed) { p.failed = append(p.failed, step) },
	}
}

// Decisions on boundaries of every shape, some of which give up on their way, while two
// stores append. What each attempt knew is what a fresh fold knows at its position, what
// the traces told is what is stored, and no append was misled. There are 240 decisions in each
// mode, in a usual run 96.
func TestDecisionsKnowWhatAFreshFoldKnows(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	var mu sync.Mutex
	endings := map[string]int{} // of the decisions in all modes
	decide := func(t *testing.T, m mode) {
		counts := decideAtRandom(t, m)
		mu.Lock()
		defer mu.Unlock()
		for ending, n := range counts {
			endings[ending] += n
		}
	}
	t.Run("in a mode", func(t *testing.T) {
		inEachMode(t, decide)
		inModes(t, map[string]mode{"a small memory, one trip": {8 << 10, 1}}, decide)
	})
	t.Log(endings)
	for _, ending := range []string{"appended", "refused", "cancelled", "lost", "on the spot", "on the spot beside what is unguarded"} {
		assert.Positive(t, endings[ending], "%s: a load without it proves nothing about it", ending)
	}
}

// decideAtRandom returns how many decisions ended in which way.
func decideAtRandom(t *testing.T, m mode) map[string]int {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	url := pgtest.URL(t)
	stores := []*dcb.Store{m.open(t, openPool(t, url)), m.open(t, openPool(t, url))}
	stores[0].DecideOnTheSpotWithin(time.Minute, time.Minute)

	var (
		paths    []*pursePath
		mu       sync.Mutex
		deciding sync.WaitGroup
		others   sync.WaitGroup
	)
	load, stop := context.WithCancel(t.Context())
	for i, store := range stores {
		others.Go(func() { moveAtRandom(load, t, store, rand.New(rand.NewPCG(seed, uint64(100+i)))) })
	}
	for caller := range 8 {
		deciding.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(caller)))
			for range effort.Times(12, 30) {
				path := &pursePath{decision: someDecision(random)}
				ctx, cancel := context.WithCancel(dcb.WithTrace(t.Context(), path.trace()))
				if random.IntN(6) == 0 {
					time.AfterFunc(time.Duration(random.IntN(3000))*time.Microsecond, cancel)
				}
				path.err = dcb.Decide(ctx, stores[caller/6], path.decision.boundary, path.decision.decide)
				cancel()
				mu.Lock()
				paths = append(paths, path)
				mu.Unlock()
			}
		})
	}
	deciding.Wait()
	stop()
	others.Wait()

	log := readAll(t, stores[0], dcb.AllEvents(), dcb.ReadOptions{})
	counts := map[string]int{}
	for _, path := range paths {
		path.check(t, log, counts)
		if t.Failed() {
			t.Logf("the decision: %+v", *path.decision)
			break
		}
	}
	return counts
}

func moveAtRandom(load context.Context, t *testing.T, store *dcb.Store, random *rand.Rand) {
	for load.Err() == nil {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+random.IntN(4000))*time.Microsecond)
		var facts []dcb.Fact
		for range 1 + random.IntN(3) {
			facts = append(facts, moved{accountNames()[random.IntN(4)], random.IntN(5) - 2})
		}
		_, err := store.AppendEvents(ctx, encoded(t, facts...), dcb.Query{}, 0)
		cancel()
		if err != nil {
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}
	}
}

// check holds what was told against the log.
func (p *pursePath) check(t *testing.T, log []dcb.Event, counts map[string]int) {
	t.Helper()
	told := map[int64]bool{}
	for i, read := range p.reads {
		onTheSpot := i > 0 && p.lost[i-1].Wait == 0
		assert.Equal(t, p.fold(log, i, onTheSpot), p.known[i], "what attempt %d knew", i+1)
		if i < len(p.decided) && (!onTheSpot || i == len(p.reads)-1) {
			assert.Contains(t, p.decision.known, p.known[i], "and decided from")
		}
		query := read.Query
		if onTheSpot {
			query = read.Condition
			counts["on the spot"]++
			if slices.ContainsFunc(p.decision.parts, func(part pursePart) bool { return part.unguarded }) {
				counts["on the spot beside what is unguarded"]++
			}
		}
		if !p.decision.then {
			assert.Equal(t, matching(log, query, read.After, read.Position), read.Events, "what attempt %d read", i+1)
			assert.Equal(t, p.reads[0].Query, read.Query, "the boundary stays where it is")
		}
		for _, e := range read.Events {
			assert.Equal(t, log[e.Position-1], e)
			assert.False(t, told[e.Position], "an event is told once")
			told[e.Position] = true
		}
	}
	for i, lost := range p.lost {
		all := matching(log, lost.Conflict.Query, lost.Conflict.After, int64(len(log)))
		n := len(lost.Conflict.Events)
		assert.NotZero(t, n)
		assert.Equal(t, all[:n], lost.Conflict.Events, "the first that got in between")
		assert.Equal(t, p.reads[i].Condition, lost.Conflict.Query)
		assert.Equal(t, p.reads[i].Position, lost.Conflict.After)
		counts["lost"]++
	}
	p.checkEnd(t, log, counts)
}

func (p *pursePath) checkEnd(t *testing.T, log []dcb.Event, counts map[string]int) {
	t.Helper()
	switch {
	case p.err == nil:
		counts["appended"]++
		require.Len(t, p.appended, 1)
		events, position := p.appended[0].Events, p.appended[0].Position
		first := position - int64(len(events)) + 1
		for i, e := range events {
			stored := log[first-1+int64(i)]
			assert.Equal(t, []any{e.ID, e.Type, e.Tags, e.Data, e.CausationID}, []any{stored.ID, stored.Type, stored.Tags, stored.Data, stored.CausationID})
		}
		last := p.reads[len(p.reads)-1]
		assert.Empty(t, matching(log, last.Condition, last.Position, first-1), "nothing got in between unnoticed")
		assert.Empty(t, p.failed)
	case errors.Is(p.err, errOdd):
		counts["refused"]++
		assert.Equal(t, errOdd, p.decided[len(p.decided)-1].Refusal)
		assert.Empty(t, p.appended)
		assert.Empty(t, p.failed)
	default:
		counts["cancelled"]++
		assert.ErrorIs(t, p.err, context.Canceled)
		assert.Empty(t, p.appended)
		assert.Len(t, p.failed, 1)
	}
	if p.err != nil {
		for _, step := range p.decided {
			for _, e := range step.Events {
				stored := func(other dcb.Event) bool { return other.ID == e.ID }
				assert.False(t, slices.ContainsFunc(log, stored), "what was not acknowledged is not stored")
			}
		}
	}
}

// fold computes the balances as of attempt i from the log.
func (p *pursePath) fold(log []dcb.Event, i int, onTheSpot bool) (balances []int) {
	at := func(account string, position int64) (sum int) {
		for _, e := range matching(log, dcb.NewQuery(dcb.NewTags("account", account)), 0, position) {
			var amount int
			_, err := fmt.Sscanf(string(e.Data[strings.Index(string(e.Data), `"amount":`):]), `"amount":%d`, &amount)
			if err != nil {
				panic(err)
			}
			sum += amount
		}
		return sum
	}
	for _, part := range p.decision.parts {
		position := p.reads[i].Position
		if part.unguarded && onTheSpot {
			position = p.reads[i-1].Position
		}
		balances = append(balances, at(part.account, position))
	}
	if p.decision.then {
		balances = append(balances, at(foundBy(balances[0]), p.reads[i].Position))
	}
	return balances
}

func matching(log []dcb.Event, query dcb.Query, after, upTo int64) []dcb.Event {
	found := []dcb.Event(nil)
	for _, e := range log {
		if e.Position > after && e.Position <= upTo && query.Matches(e) {
			found = append(found, e)
		}
	}
	return found
}
