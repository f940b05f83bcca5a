package dcb

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

func TestABatchTakesAsManyRequestsAndEventsAndBytesAsItsBoundsSay(t *testing.T) {
	ofEvents := func(numbers ...int) (requests []*request) {
		for _, n := range numbers {
			requests = append(requests, &request{asked: make([]Event, n)})
		}
		return requests
	}
	ofBytes := func(sizes ...int) (requests []*request) {
		for _, size := range sizes {
			requests = append(requests, &request{asked: make([]Event, 1), size: size})
		}
		return requests
	}
	for name, test := range map[string]struct {
		waiting []*request
		sizes   []int
	}{
		"nothing":                     {nil, nil},
		"as many requests as fit":     {ofEvents(make([]int, 512)...), []int{512}},
		"one request more":            {ofEvents(make([]int, 513)...), []int{512, 1}},
		"as many events as fit":       {ofEvents(6000, 4000), []int{2}},
		"one event more":              {ofEvents(6000, 4000, 1), []int{2, 1}},
		"more than fit, at the end":   {ofEvents(6000, 4001), []int{1, 1}},
		"as many bytes as fit":        {ofBytes(4<<20, 4<<20), []int{2}},
		"one byte more":               {ofBytes(4<<20, 4<<20, 1), []int{2, 1}},
		"a request that never fits":   {ofBytes(9<<20, 1, 9<<20), []int{1, 1, 1}},
		"one that begins a new batch": {ofBytes(5<<20, 5<<20, 3<<20), []int{1, 2}},
	} {
		c := &committer{waiting: slices.Clone(test.waiting)}
		var sizes []int
		var taken []*request
		for len(c.waiting) > 0 {
			batch, closed := c.take()
			require.False(t, closed)
			sizes, taken = append(sizes, len(batch)), append(taken, batch...)
		}
		require.Equal(t, test.sizes, sizes, name)
		require.Len(t, taken, len(test.waiting), name)
		for i := range taken {
			require.Same(t, test.waiting[i], taken[i], "%s: in the order in which they came", name)
		}
	}
}

// One append more waits than a batch takes. All of them came before the committer saw their
// signal, so when a hook ends its goroutine, no signal is left that begins the next batch.
func TestARequestThatDidNotFitIntoABatchIsCommittedThoughAHookEndedThatBatch(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	hook.Set(func(sql string) {
		if strings.Contains(sql, "insert into dcb_event ") {
			hook.Set(func(string) {})
			runtime.Goexit()
		}
	})
	c := &committer{pool: pool, wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	var requests []*request
	for range maxBatchRequests + 1 {
		r := &request{}
		r.fill(t.Context(), []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, Query{}, Checkpoint{})
		requests = append(requests, r)
	}
	c.waiting = slices.Clone(requests)
	signal(c.wake)
	go c.run()
	for _, r := range requests[:maxBatchRequests] {
		require.ErrorIs(t, (<-r.outcome).err, ErrUnknownOutcome)
	}
	select {
	case became := <-requests[maxBatchRequests].outcome:
		require.Equal(t, outcome{position: 1}, became)
	case <-time.After(time.Minute):
		require.Fail(t, "the last append still waits")
	}
	c.close()
}

// The store looks whether it is open before it hands an append in. It may be closed right
// after that.
func TestAnAppendThatComesRightAfterTheCommitterWasClosedIsRefused(t *testing.T) {
	c := startCommitter(nil, Options{})
	c.close()
	for range 2 {
		r := &request{}
		r.fill(t.Context(), nil, Query{}, Checkpoint{})
		require.Equal(t, outcome{err: ErrClosed}, c.append(t.Context(), r))
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, outcome{err: context.Canceled}, c.append(over, &request{}))
	require.Empty(t, c.waiting)
}

// The committer has taken it out of the queue, and its batch has not begun.
func TestARequestMayBeWithdrawnBetweenTheQueueAndItsBatch(t *testing.T) {
	c, r := &committer{}, &request{}
	c.waiting = []*request{r}
	batch, _ := c.take()
	require.True(t, c.withdraw(r))
	_, done := c.begin(batch)
	defer done()
	require.Zero(t, c.oldest(), "nobody waits any more")
	c.send(batch)
	require.False(t, r.sent)
	require.True(t, r.gone)
}

func TestTheOldestAppendIsTheOneThatHasWaitedLongest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		since := func(d time.Duration) *request { return &request{since: time.Now().Add(-d)} }
		c := &committer{}
		require.Zero(t, c.oldest())
		c.underWay = []*request{since(2 * time.Second), {since: time.Now().Add(-time.Hour), withdrawn: true}}
		c.waiting = []*request{since(3 * time.Second), since(time.Second)}
		require.Equal(t, 3*time.Second, c.oldest())
	})
}

func TestABatchEndsWhenNobodyWaitsForItAnyMore(t *testing.T) {
	c, batch := &committer{}, []*request{{}, {}}
	ctx, done := c.begin(batch)
	defer done()
	require.True(t, c.withdraw(batch[0]))
	require.NoError(t, ctx.Err(), "somebody waits for the other one")
	require.True(t, c.withdraw(batch[1]))
	require.ErrorIs(t, ctx.Err(), context.Canceled)
}

func TestTheSizeOfARequestIsThatOfItsQueryAndItsEvents(t *testing.T) {
	query := NewQuery(Tags{"abc"}, "T")
	r := &request{}
	r.fill(t.Context(), []InputEvent{
		{Type: "A", Tags: Tags{"x", "yz"}, Data: []byte(`{}`)},
		{Type: "BCD", Data: []byte(`[1,2]`)},
	}, query, Checkpoint{})

	require.Equal(t, query.size()+(1+3+2)+(3+5), r.size)
}
