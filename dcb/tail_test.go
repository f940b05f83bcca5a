package dcb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

// aWhile is how long a test waits for what has to happen. It is no measure of how
// long that takes.
const aWhile = 30 * time.Second

// A follower is a tail on a goroutine of its own, which fails the test when the tail
// breaks one of its promises.
type follower struct {
	mu       sync.Mutex
	events   []dcb.Event
	position int64
	outages  int
	last     error // of the pair that was the last
	ended    chan struct{}
}

func follow(ctx context.Context, t testing.TB, store *dcb.Store, query dcb.Query, after int64) *follower {
	f := &follower{position: after, ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(f.ended)
		for progress, err := range store.Tail(ctx, query, dcb.At(after)) {
			f.see(t, progress, err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-f.ended
	})
	return f
}

func (f *follower) see(t testing.TB, progress dcb.Progress, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = err
	if err != nil {
		f.outages++
		assert.Zero(t, progress)
		return
	}
	assert.Greater(t, progress.Position, f.position, "it moves on")
	for _, e := range progress.Events {
		assert.Greater(t, e.Position, f.position, "in order, and each once")
		f.position = e.Position
	}
	assert.GreaterOrEqual(t, progress.Position, f.position, "no event is beyond the position")
	f.position = progress.Position
	f.events = append(f.events, progress.Events...)
}

// reaches waits until the tail has come to a position, and returns what it has seen.
func (f *follower) reaches(t testing.TB, position int64) []dcb.Event {
	t.Helper()
	require.Eventually(t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.position >= position
	}, aWhile, time.Millisecond, "the tail came to position %d", position)
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.events)
}

// ends waits until the loop is over, and returns the error of its last pair.
func (f *follower) ends(t testing.TB) error {
	t.Helper()
	select {
	case <-f.ended:
	case <-time.After(aWhile):
		require.FailNow(t, "the tail did not end")
	}
	return f.last
}

// listeners returns the server's processes that listen for the tails of the pool's
// database.
func listeners(t testing.TB, pool *pgxpool.Pool) []int {
	t.Helper()
	const listening = `select pid from pg_stat_activity where datname = current_database() and query like 'listen dcb_append%'`
	rows, _ := pool.Query(t.Context(), listening)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	require.NoError(t, err)
	return pids
}

// listens waits until there is one listener, another one than before.
func listens(t testing.TB, pool *pgxpool.Pool, before ...int) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		pids := listeners(t, pool)
		if len(pids) != 1 || slices.Contains(before, pids[0]) {
			return false
		}
		pid = pids[0]
		return true
	}, aWhile, 5*time.Millisecond, "one listener")
	return pid
}

// Without "order by" in read.sql, or with the last match for the head of a full page,
// or with >= for >, tails see events twice, too late or not at all.
func TestTailsSeeEveryMatchingEventInOrderAndOnce(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	one, another := openStoreAt(t, databaseURL), openStoreAt(t, databaseURL)
	for range 3 {
		appendAll(t, one, slices.Repeat([]dcb.InputEvent{{Type: "Before", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)}}, 900)...)
	}
	tails := []struct {
		query dcb.Query
		after int64
	}{
		{dcb.AllEvents(), 0},
		{tagged("writer:1").Or(tagged("even", "writer:2"), tagged("writer:1", "even")), 2650},
		{dcb.NewQuery(nil, "Even", "Before"), 1234},
	}
	followers := make([]*follower, len(tails))
	for i, tail := range tails {
		followers[i] = follow(t.Context(), t, []*dcb.Store{one, another, one}[i], tail.query, tail.after)
	}
	racetest.AtOnce(8, func(writer int) {
		store := []*dcb.Store{one, another}[writer%2]
		tag := dcb.Tag(fmt.Sprintf("writer:%d", writer))
		for range 60 {
			_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Odd", tag), event("Even", tag, "even")}, dcb.Query{}, 0)
			assert.NoError(t, err)
		}
	})
	late := follow(t.Context(), t, another, tagged("even"), 3000)

	end := int64(2700 + 8*60*2)
	log := readAll(t, one, dcb.AllEvents(), dcb.ReadOptions{})
	require.Len(t, log, int(end))
	for i, tail := range tails {
		requireSeen(t, followers[i].reaches(t, end), log, tail.query, tail.after)
	}
	requireSeen(t, late.reaches(t, end), log, tagged("even"), 3000)
}

// requireSeen compares what a tail saw with the log.
func requireSeen(t *testing.T, seen, log []dcb.Event, query dcb.Query, after int64) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(log), func(e dcb.Event) bool { return e.Position <= after || !query.Matches(e) })
	require.NotEmpty(t, want)
	require.Equal(t, positions(want), positions(seen))
	require.Equal(t, want, seen)
}

func openStoreAt(t testing.TB, databaseURL string) *dcb.Store {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return openStore(t, pool)
}

// Had the position come from the last match, a tail that matches nothing would read
// the same stretch of log over and over, and its consumer would never get past it.
func TestTailMovesOnWhereNothingMatches(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	nothing := follow(t.Context(), t, store, dcb.Query{}, 0)
	rare := follow(t.Context(), t, store, tagged("rare"), 0)
	for range 5 {
		last := appendAll(t, store, event("A"), event("A"))
		require.Empty(t, nothing.reaches(t, last))
	}
	last := appendAll(t, store, event("A", "rare"), event("A"))
	require.Equal(t, []int64{11}, positions(rare.reaches(t, last)))
}

// Without the notification, each of the rounds would take a poll's second.
func TestTailIsWokenByAppends(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	store, another := openStoreAt(t, databaseURL), openStoreAt(t, databaseURL)
	f := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	f.reaches(t, appendAll(t, another, event("A"))) // it listens, or has polled

	const rounds = 100
	began := time.Now()
	for range rounds {
		f.reaches(t, appendAll(t, another, event("A")))
	}
	require.Less(t, time.Since(began), rounds*time.Second/10)
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Zero(t, f.outages)
}

// Between two signals, a tail reads the log once a second and no more.
func TestTailReadsWhenItIsWoken(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pool, hook := racetest.OpenPool(t, url, "read committed")
	store, another := openStore(t, pool), openStoreAt(t, url)
	var reads atomic.Int64
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "select set_config") {
			reads.Add(1)
		}
	})
	began := time.Now()
	f := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	const rounds = 50
	for range rounds {
		f.reaches(t, appendAll(t, another, event("A")))
	}
	most := 2 + rounds + int64(time.Since(began)/time.Second) // at first, when the listener is there, then for each append and each second
	require.LessOrEqual(t, reads.Load(), most)
}

// Had the tail registered after it caught up, or were there no room for a signal while
// it reads, an append in between would go unnoticed until the next poll. Here there is
// one each time, when the read that does not see it is over but has not returned.
func TestTailNoticesWhatIsAppendedWhileItCatchesUp(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.ConnConfig.Tracer = afterQuery{}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	other := follow(t.Context(), t, store, dcb.Query{}, 0) // keeps the listener going
	other.reaches(t, 1)
	listens(t, pool)

	const rounds = 20
	began := time.Now()
	for range rounds {
		var last int64
		meanwhile := func() {
			if last == 0 {
				last = appendAll(t, store, event("A"))
				other.reaches(t, last) // the notification has come and gone
			}
		}
		ctx := context.WithValue(t.Context(), afterQuery{}, meanwhile)
		for progress, err := range store.Tail(ctx, dcb.AllEvents(), dcb.Checkpoint{}) {
			require.NoError(t, err)
			if progress.Position == last {
				break
			}
			require.Equal(t, last-1, progress.Position)
		}
	}
	require.Less(t, time.Since(began), rounds*time.Second/2)
}

// afterQuery calls the func() in a query's context when the query is over.
type afterQuery struct{}

func (afterQuery) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (afterQuery) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if call, ok := ctx.Value(afterQuery{}).(func()); ok {
		call()
	}
}

// Without polling, the tail would wait forever.
func TestTailFindsWhatNobodyNotifiedItOf(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	f := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	f.reaches(t, 1)
	listens(t, pool)
	for position := int64(2); position < 4; position++ {
		_, err := pool.Exec(t.Context(), `insert into dcb_event (position, id, type, tags, data)
			values ($1, gen_random_uuid(), 'Restored', '{}', '{}')`, position)
		require.NoError(t, err)
		f.reaches(t, position)
	}
}

// A body that works keeps neither other tails nor a connection.
func TestSlowBodiesHoldNobodyUp(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))

	for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		other := follow(t.Context(), t, store, dcb.AllEvents(), 0)
		for range 20 {
			other.reaches(t, appendAll(t, store, event("A")))
		}
		break
	}
}

func TestTailRefusesAWrongQuery(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, err := range newStore(t).Tail(t.Context(), dcb.NewQuery(nil), dcb.Checkpoint{}) {
		require.ErrorContains(t, err, "AllEvents()")
		pairs++
	}
	require.Equal(t, 1, pairs)
}

func TestTailTellsThatTheLogEndsBeforeItsPosition(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A"))
	outages := 0
	for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), dcb.At(2)) {
		if outages < 2 {
			require.ErrorIs(t, err, dcb.ErrBeyondHead)
			require.NotErrorIs(t, err, dcb.ErrOtherHistory, "nothing of it was read yet")
			require.ErrorContains(t, err, "it ends at 1, before 2")
			if outages++; outages == 2 {
				appendAll(t, store, event("B"), event("C"))
			}
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []int64{3}, positions(progress.Events))
		break
	}
	require.Equal(t, 2, outages)
}
