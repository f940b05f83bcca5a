package dcb_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestWhatThenFindsIsToldInTheOrderOfTheLogAndOnce(t *testing.T) {
	t.Parallel()

	t.Run("from the first event of the log to the last", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, seatTaken{"green", "ada"}, queued{"blue", "ada"}, seatTaken{"red", "ada"})
		ctx, steps := recorded(t.Context())
		require.NoError(t, serveNext{"blue"}.run(ctx, store))
		require.Equal(t, "1 read [1 2 3] after 0 up to 3, knows {waiting:[ada] seats:[2]}", (*steps)[0])
	})

	t.Run("when two parts look at one event", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, seatTaken{"green", "ada"}, seatTaken{"red", "ada"})
		ctx, steps := recorded(t.Context())
		require.NoError(t, dcb.Decide(ctx, store, func(s *struct{ first, second int }) dcb.Boundary {
			return dcb.Boundary{
				dcb.Into(&s.first, seatsOf("ada")),
				dcb.Then(func() dcb.Boundary { return dcb.Boundary{dcb.Into(&s.second, seatsOf("ada"))} }),
			}
		}, func(struct{ first, second int }) ([]dcb.Fact, error) { return nil, nil }))
		require.Equal(t, "1 read [1 2] after 0 up to 2, knows {first:2 second:2}", (*steps)[0])
	})

	// The second attempt reads an event that is older than what the first one read.
	t.Run("by the attempt that reads it first", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, seatTaken{"red", "kofi"}, queued{"blue", "ada"})
		ctx, steps := recorded(t.Context())
		require.NoError(t, serveNext{"blue"}.run(ctx, meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, queued{"blue", "kofi"}) },
			"append2": func() { appendFacts(t, store, queued{"blue", "mei"}) },
		})))
		require.Len(t, *steps, 9)
		require.Equal(t, "1 read [2] after 0 up to 2, knows {waiting:[ada] seats:[0]}", (*steps)[0])
		require.Equal(t, "2 read [1 3] after 2 up to 3, knows {waiting:[ada kofi] seats:[0 1]}", (*steps)[3])
		require.Equal(t, "3 read [4] after 3 up to 4, knows {waiting:[ada kofi mei] seats:[0 1 0]}", (*steps)[6])
	})
}

// First Ada is the next, then Kofi is. From then on, Ada is none of the decision's business.
func TestWhatAnEarlierAttemptFoundIsNotPartOfTheBoundaryAnyMore(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, queued{"blue", "ada"})
	var read []dcb.TraceRead
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Read: func(step dcb.TraceRead) { read = append(read, step) }})
	log := meanwhile(store, map[string]func(){
		"append1": func() { appendFacts(t, store, queued{"blue", "kofi"}) },
		"append2": func() { appendFacts(t, store, seatTaken{"red", "ada"}) },
	})
	type next struct {
		who   string
		seats int
	}
	require.NoError(t, dcb.Decide(ctx, log, func(s *next) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.who, dcb.Project("", dcb.NewTags("room", "blue"), dcb.On(func(_ string, e queued) string { return e.Who }))),
			dcb.Then(func() dcb.Boundary { return dcb.Boundary{dcb.Into(&s.seats, seatsOf(s.who))} }),
		}
	}, func(s next) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", s.who}), nil }))

	require.Len(t, read, 2, "what Ada does meanwhile is no conflict")
	inBlue := dcb.QueryItem{Types: []string{"Queued"}, Tags: dcb.NewTags("room", "blue")}
	for i, who := range []string{"ada", "kofi"} {
		wanted := []dcb.QueryItem{inBlue, seatsOf(who).Query().Items()[0]}
		require.Equal(t, wanted, read[i].Query.Items())
		require.Equal(t, wanted, read[i].Condition.Items())
	}
}

// A log may keep what it returns. Each of these answers has room behind its end.
func TestADecisionLeavesTheEventsOfTheLogAlone(t *testing.T) {
	t.Parallel()
	seat := func(position int64) dcb.Event {
		return dcb.Event{Type: "SeatTaken", Tags: dcb.NewTags("who", "ada"), Data: []byte(`{}`), Position: position}
	}
	first := slices.Grow([]dcb.Event{seat(2), seat(4)}, 8)
	found := slices.Grow([]dcb.Event{seat(1), seat(2), seat(3)}, 8)
	log := &cannedLog{answers: [][]dcb.Event{first, found}, head: 4}
	require.NoError(t, dcb.Decide(t.Context(), log, func(s *struct{ first, second int }) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.first, seatsOf("ada")),
			dcb.Then(func() dcb.Boundary { return dcb.Boundary{dcb.Into(&s.second, seatsOf("ada"))} }),
		}
	}, func(s struct{ first, second int }) ([]dcb.Fact, error) {
		require.Equal(t, struct{ first, second int }{2, 3}, s)
		return nil, nil
	}))
	require.Equal(t, []dcb.Event{seat(2), seat(4), {}, {}}, first[:4])
	require.Equal(t, []dcb.Event{seat(1), seat(2), seat(3), {}}, found[:4])
}

// A cannedLog returns answers that were made before.
type cannedLog struct {
	dcb.Log
	answers [][]dcb.Event
	head    int64
}

func (l *cannedLog) ReadSince(context.Context, dcb.Query, dcb.Checkpoint) (events []dcb.Event, head dcb.Checkpoint, err error) {
	events, l.answers = l.answers[0], l.answers[1:]
	return events, dcb.At(l.head), nil
}

func (l *cannedLog) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	events, _, err := l.ReadSince(ctx, query, upTo)
	return events, err
}
