package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A draw takes the next number of a queue, and tells which one it is.
type draw struct{ Queue string }

type number struct {
	Queue string
	N     int
}

func (number) EventType() string { return "NumberDrawn" }
func (e number) Tags() dcb.Tags  { return dcb.NewTags("queue", e.Queue) }

// numbers are those that the decision saw, and how many.
type numbers struct {
	seen   []int
	closed bool
}

func (cmd draw) boundary(s *numbers) dcb.Boundary {
	tags := number{Queue: cmd.Queue}.Tags()
	return dcb.Boundary{
		dcb.Latest(dcb.Into(&s.seen, dcb.Project([]int(nil), tags, dcb.On(func(seen []int, e number) []int { return append(seen, e.N) })))),
		dcb.Into(&s.closed, dcb.Project(false, tags, dcb.Sets[queueClosed](true))),
	}
}

type queueClosed struct{ Queue string }

func (queueClosed) EventType() string { return "QueueClosed" }
func (e queueClosed) Tags() dcb.Tags  { return number{Queue: e.Queue}.Tags() }

func (cmd draw) run(ctx context.Context, log dcb.Log) (n int, err error) {
	n, _, err = dcb.DecideValue(ctx, log, cmd.boundary, func(s numbers) (int, []dcb.Fact, error) {
		next := 1
		for _, n := range s.seen {
			next = n + 1
		}
		return next, dcb.Facts(number{cmd.Queue, next}), nil
	})
	return n, err
}

// other is a log that is no store.
type other struct{ dcb.Log }

func TestALatestPartReadsOneEvent(t *testing.T) {
	t.Parallel()
	for name, as := range map[string]func(*dcb.Store) dcb.Log{
		"a store":     func(store *dcb.Store) dcb.Log { return store },
		"another log": func(store *dcb.Store) dcb.Log { return other{store} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			ctx, steps := recorded(t.Context())
			n, err := draw{"a"}.run(ctx, as(store))
			require.NoError(t, err)
			require.Equal(t, 1, n)
			require.Equal(t, "1 read [] after 0 up to 0, knows {seen:[] closed:false}", (*steps)[0], "of an empty log")

			appendFacts(t, store, number{"a", 2}, number{"b", 1}, queueClosed{"a"}, number{"a", 3}, number{"b", 2})
			ctx, steps = recorded(t.Context())
			n, err = draw{"a"}.run(ctx, as(store))
			require.NoError(t, err)
			require.Equal(t, 4, n)
			require.Equal(t, "1 read [4 5] after 0 up to 6, knows {seen:[3] closed:true}", (*steps)[0], "and all of the other part")
		})
	}
}

// An event that the other parts look at, too, is told once.
func TestALatestPartBesideOneThatReadsAll(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, number{"a", 1}, number{"a", 2}, number{"a", 3})
	ctx, steps := recorded(t.Context())
	type state struct{ last, sum int }
	require.NoError(t, dcb.Decide(ctx, store, func(s *state) dcb.Boundary {
		add := dcb.Project(0, number{Queue: "a"}.Tags(), dcb.On(func(sum int, e number) int { return sum + e.N }))
		return dcb.Boundary{dcb.Latest(dcb.Into(&s.last, add)), dcb.Into(&s.sum, add)}
	}, func(state) ([]dcb.Fact, error) { return nil, nil }))
	require.Equal(t, "1 read [1 2 3] after 0 up to 3, knows {last:3 sum:6}", (*steps)[0])
}

// What comes later replaces what was the latest, in each of the ways in which a decision is
// taken again.
func TestALatestPartTakesInWhatCameLater(t *testing.T) {
	t.Parallel()

	t.Run("as it reads on", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, number{"a", 1})
		ctx, steps := recorded(t.Context())
		n, err := draw{"a"}.run(ctx, meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, number{"a", 2}, number{"a", 3}) },
		}))
		require.NoError(t, err)
		require.Equal(t, 4, n)
		require.Contains(t, *steps, "2 read [2 3] after 1 up to 3, knows {seen:[3] closed:false}")
	})

	t.Run("as the log was empty", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		n, err := draw{"a"}.run(t.Context(), meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, number{"a", 1}, number{"a", 2}) },
		}))
		require.NoError(t, err)
		require.Equal(t, 3, n)
	})

	t.Run("on the spot", func(t *testing.T) {
		t.Parallel()
		h := holdAppend(t, number{"a", 1})
		var drawn [3]int
		drawing := func(i int) func() error {
			return func() (err error) {
				drawn[i], err = draw{"a"}.run(t.Context(), h.store)
				return err
			}
		}
		require.Equal(t, []error{nil, nil, nil}, decideInOneBatch(t, h, nil, drawing(0), drawing(1), drawing(2)))
		require.Equal(t, [3]int{2, 3, 4}, drawn)
	})
}

// Then may find a part that asks for the latest event only.
func TestALatestPartThatThenFinds(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, number{"b", 7}, number{"a", 1}, number{"b", 8}, number{"a", 2})
	ctx, steps := recorded(t.Context())
	require.NoError(t, dcb.Decide(ctx, store, func(s *numbers) dcb.Boundary {
		of := func(queue string) dcb.Part { return draw{queue}.boundary(s)[0] }
		return dcb.Boundary{dcb.Into(&s.closed, dcb.Project(false, nil, dcb.Sets[queueClosed](true))), dcb.Then(func() dcb.Boundary { return dcb.Boundary{of("b")} })}
	}, func(numbers) ([]dcb.Fact, error) { return nil, nil }))
	require.Equal(t, "1 read [3] after 0 up to 4, knows {seen:[8] closed:false}", (*steps)[0])
}

// A log in which nothing before a position can be read.
type withoutThePast struct{ dcb.Log }

var errNoPast = errors.New("the past cannot be read")

func (withoutThePast) ReadUpTo(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, error) {
	return nil, errNoPast
}

func TestALatestPartThatCannotBeReadEndsTheDecision(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, number{"a", 1})
	_, err := draw{"a"}.run(t.Context(), withoutThePast{store})
	require.ErrorIs(t, err, errNoPast)

	appendAll(t, store, dcb.NewInputEvent("NumberDrawn", number{Queue: "b"}.Tags(), []byte(`[]`)))
	for name, boundary := range map[string]func(*numbers) dcb.Boundary{
		"at first": draw{"b"}.boundary,
		"found by Then": func(s *numbers) dcb.Boundary {
			return dcb.Boundary{dcb.Then(func() dcb.Boundary { return draw{"b"}.boundary(s)[:1] })}
		},
	} {
		err := dcb.Decide(t.Context(), store, boundary, func(numbers) ([]dcb.Fact, error) { return dcb.Facts(number{"b", 1}), nil })
		undecoded, ok := errors.AsType[*dcb.DecodeError](err)
		require.True(t, ok, "%s: %v", name, err)
		require.EqualValues(t, 2, undecoded.Position, name)
	}
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
}

// BenchmarkLatest draws the next number of a queue by looking at the last one, as a store
// does that has read nothing before; all is the same decision by looking at all of them:
//
//	go test -run '^$' -bench Latest -benchtime 20x ./dcb
func BenchmarkLatest(b *testing.B) {
	pool := benchPool(b, pgtest.Durable(b))
	for _, drawn := range []int{500, 50_000} {
		queue := fmt.Sprint("of ", drawn)
		for _, sql := range []string{
			`
			insert into dcb_event (position, id, type, tags, data)
			select h.position + n, gen_random_uuid(), 'NumberDrawn', array['queue:' || $1], json_build_object('Queue', $1::text, 'N', n)
			from (select coalesce(max(position), 0) as position from dcb_event) as h, generate_series(1, $2::int) as n`,
			`insert into dcb_event_tag (tag, position, type) select 'queue:' || $1, position, type from dcb_event where tags = array['queue:' || $1] limit $2`,
		} {
			_, err := pool.Exec(b.Context(), sql, queue, drawn)
			require.NoError(b, err)
		}
		_, err := pool.Exec(b.Context(), `vacuum analyze`)
		require.NoError(b, err)
		seen := func(s *numbers) dcb.Part {
			return dcb.Into(&s.seen, dcb.Project([]int(nil), number{Queue: queue}.Tags(),
				dcb.On(func(_ []int, e number) []int { return []int{e.N} })))
		}
		whole := func(s *numbers) dcb.Boundary { return dcb.Boundary{seen(s)} }
		latest := func(s *numbers) dcb.Boundary { return dcb.Boundary{dcb.Latest(seen(s))} }
		b.Run(fmt.Sprint("drawn=", drawn), func(b *testing.B) {
			var last, all time.Duration
			for b.Loop() {
				store := openStoreWith(b, pool, dcb.Options{Memory: -1})
				last += timeOf(func() { require.NoError(b, drawBy(b.Context(), store, queue, latest)) })
				all += timeOf(func() { require.NoError(b, drawBy(b.Context(), store, queue, whole)) })
				store.Close()
			}
			b.ReportMetric(last.Seconds()*1000/float64(b.N), "latest-ms")
			b.ReportMetric(all.Seconds()*1000/float64(b.N), "all-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func drawBy(ctx context.Context, log dcb.Log, queue string, boundary func(*numbers) dcb.Boundary) error {
	return dcb.Decide(ctx, log, boundary, func(s numbers) ([]dcb.Fact, error) {
		return dcb.Facts(number{queue, s.seen[0] + 1}), nil
	})
}
