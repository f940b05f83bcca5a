package dcb

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

type dated struct {
	At   time.Time `json:"at"`
	Seat int       `json:"seat"`
}

func (dated) EventType() string { return "Dated" }
func (dated) Tags() Tags        { return Tags{"room"} }

type listed struct {
	Seats []int          `json:"seats"`
	By    map[string]int `json:"by"`
}

func (listed) EventType() string { return "Listed" }
func (listed) Tags() Tags        { return Tags{"room"} }

// A handler may keep what is in a fact, and change it later. That must not reach the next
// decision, so such a fact is decoded for each.
func TestADecisionDoesNotSeeWhatAnotherOneDidToItsFacts(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	events, err := Encode(Facts(listed{[]int{1, 2}, map[string]int{"ada": 1}}))
	require.NoError(t, err)
	_, err = store.AppendEvents(t.Context(), events, Query{}, 0)
	require.NoError(t, err)
	for range 3 {
		err = Decide(t.Context(), store, func(s *listed) Boundary {
			return Boundary{Into(s, Project(listed{}, Tags{"room"}, On(func(_ listed, e listed) listed {
				require.Equal(t, listed{[]int{1, 2}, map[string]int{"ada": 1}}, e)
				e.Seats[0], e.By["kofi"] = 7, 7
				return e
			})))}
		}, func(listed) ([]Fact, error) { return nil, nil })
		require.NoError(t, err)
	}
}

// A handler may keep the event itself, and a decision may change what it was given.
func TestADecisionDoesNotSeeWhatAnotherOneDidToItsEvents(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	takeSeats(t, store, 1)
	ctx := WithTrace(t.Context(), &Trace{Read: func(step TraceRead) { step.Events[0].Tags[0], step.Events[0].Data[0] = "x", 'x' }})
	for range 3 {
		require.NoError(t, Decide(ctx, store, func(all *[]Event) Boundary {
			return Boundary{Into(all, Project([]Event(nil), Tags{"room"}, OnAny(func(all []Event, e Event) []Event { return append(all, e) })))}
		}, func(all []Event) ([]Fact, error) {
			require.Len(t, all, 1)
			require.Equal(t, Tags{"room"}, all[0].Tags)
			require.Equal(t, `{}`, string(all[0].Data))
			all[0].Tags[0], all[0].Data[0] = "x", 'x'
			return nil, nil
		}))
	}
}

// An event is decoded once, however many decisions look at it, and as whatever they take
// it for.
func TestAnEventIsDecodedOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	e := &sharedEvent{Event: Event{Type: "Dated", Data: []byte(`{"at":"2026-01-02T03:04:05.000000006Z","seat":7}`)}}
	first, err := factOf[dated](e, true)
	require.NoError(t, err)
	require.Equal(t, dated{at, 7}, first)

	e.Data = []byte(`{"seat":8}`) // which nobody may do
	again, err := factOf[dated](e, true)
	require.NoError(t, err)
	require.Equal(t, first, again)
	type other struct{ dated }
	as, err := factOf[other](e, true)
	require.NoError(t, err)
	require.Equal(t, 8, as.Seat)

	_, err = factOf[dated](&sharedEvent{Event: Event{Type: "Dated", Position: 3, Data: []byte(`[]`)}}, true)
	var decode *DecodeError
	require.True(t, errors.As(err, &decode))
	require.EqualValues(t, 3, decode.Position)
}

type (
	largestKept struct{ Seats [mostBytesOfAFact]byte }
	tooLarge    struct{ Seats [mostBytesOfAFact + 1]byte }
)

func (largestKept) EventType() string { return "Drawn" }
func (tooLarge) EventType() string    { return "Drawn" }
func (largestKept) Tags() Tags        { return nil }
func (tooLarge) Tags() Tags           { return nil }

func TestOnlySmallFactsAreKept(t *testing.T) {
	t.Parallel()
	keeps := func(p Projection[int]) bool {
		e := &sharedEvent{Event: Event{Type: "Drawn", Data: []byte(`{}`)}}
		_, err := p.apply(0, e)
		require.NoError(t, err)
		return e.fact.Load() != nil
	}
	require.True(t, keeps(Project(0, nil, On(func(n int, _ largestKept) int { return n }))))
	require.False(t, keeps(Project(0, nil, On(func(n int, _ tooLarge) int { return n }))))
}
