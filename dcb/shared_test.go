package dcb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// memories are bounds at which a memory does something else each: it holds nothing, hardly
// anything, some of what is asked for and not all of it at once, and all.
var memories = map[string]int64{"no memory": -1, "a memory of nothing much": 3 << 10, "a small memory": 40 << 10, "a memory": defaultMemory}

// Two stores append at random, and read at random, several at once; and now and then the
// log loses its end. Whatever is remembered, a shared read is what a fresh read is: of one
// moment that is not before the call.
func TestASharedReadIsWhatAFreshReadWouldBe(t *testing.T) {
	t.Parallel()
	for name, bytes := range memories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			pool := pgtest.New(t)
			stores := []*Store{openWith(t, pool, bytes), openWith(t, pool, bytes)}
			for round := range 25 {
				if random.IntN(5) == 0 {
					loseEnd(t, pool, random.Int64N(8))
				}
				var work sync.WaitGroup
				for caller := range 8 {
					random := rand.New(rand.NewPCG(seed, uint64(1+8*round+caller)))
					store := stores[caller%2]
					work.Go(func() {
						for range 8 {
							if random.IntN(3) == 0 {
								appendSome(t, store, random)
							}
							requireFresh(t, store, randomQuery(random))
						}
					})
				}
				work.Wait()
				if t.Failed() {
					return
				}
			}
		})
	}
}

func openWith(t *testing.T, pool *pgxpool.Pool, bytes int64) *Store {
	t.Helper()
	store, err := Open(t.Context(), pool, Options{Memory: bytes})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// loseEnd takes the last n events away.
func loseEnd(t *testing.T, pool *pgxpool.Pool, n int64) {
	t.Helper()
	for _, table := range []string{"dcb_event_tag", "dcb_event"} {
		_, err := pool.Exec(t.Context(), `delete from `+table+` where position > (select max(position) from dcb_event) - $1`, n)
		require.NoError(t, err)
	}
}

var (
	tagsToDraw  = []Tag{"a", "b", "c", "d"}
	typesToDraw = []string{"A", "B", "C"}
)

func draw[T any](random *rand.Rand, from []T, most int) (drawn []T) {
	for range random.IntN(most + 1) {
		drawn = append(drawn, from[random.IntN(len(from))])
	}
	return drawn
}

func appendSome(t *testing.T, store *Store, random *rand.Rand) {
	var events []InputEvent
	for range 1 + random.IntN(3) {
		data := fmt.Appendf(nil, `{"n":%d}`, random.Int64())
		events = append(events, NewInputEvent(typesToDraw[random.IntN(3)], draw(random, tagsToDraw, 3), data))
	}
	_, err := store.AppendEvents(t.Context(), events, Query{}, 0)
	require.NoError(t, err)
}

func randomQuery(random *rand.Rand) (q Query) {
	if random.IntN(10) == 0 {
		return AllEvents()
	}
	for range random.IntN(4) {
		tags, types := draw(random, tagsToDraw, 2), draw(random, typesToDraw, 2)
		if len(tags)+len(types) > 0 {
			q = q.Or(NewQuery(tags, types...))
		}
	}
	return q
}

// requireFresh requires that a shared read is what a fresh one is, up to where it read.
func requireFresh(t *testing.T, store *Store, query Query) {
	before, err := store.Head(t.Context())
	require.NoError(t, err)
	shared, head, err := readShared(t.Context(), store, query)
	require.NoError(t, err)
	require.GreaterOrEqual(t, head.Position, before.Position, "it reads after it was called")
	fresh, err := store.ReadUpTo(t.Context(), query, head)
	require.NoError(t, err)
	require.Equal(t, fresh, shared, "%v, up to %d", query, head.Position)
}

func readShared(ctx context.Context, store *Store, query Query) (events []Event, head Checkpoint, err error) {
	head, err = store.readFirst(ctx, query, func(page []*sharedEvent) error {
		events = append(events, unshared(page)...)
		return nil
	})
	return events, head, err
}

// A held read is a statement that is not sent before it is released.
type heldReads struct {
	sent    chan int // gets how many questions a statement asks
	release chan struct{}
}

func holdReads(store *Store) heldReads {
	h := heldReads{make(chan int, 100), make(chan struct{})}
	ask := store.reads.ask
	store.reads.ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		h.sent <- len(questions)
		select {
		case <-h.release:
			return ask(ctx, settings, questions, known)
		case <-ctx.Done():
			return found{}, ctx.Err()
		}
	}
	return h
}

type answerOfARead struct {
	positions []int64
	err       error
}

func readInBackground(ctx context.Context, store *Store, query Query) <-chan answerOfARead {
	done := make(chan answerOfARead, 1)
	go func() {
		events, _, err := readShared(ctx, store, query)
		var positions []int64
		for _, e := range events {
			positions = append(positions, e.Position)
		}
		done <- answerOfARead{positions, err}
	}()
	return done
}

// waitForReads waits until so many reads wait for the next statement.
func waitForReads(t *testing.T, store *Store, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		store.reads.mu.Lock()
		defer store.reads.mu.Unlock()
		return len(store.reads.waiting) == n
	}, time.Minute, time.Millisecond)
}

func seat(tags ...Tag) InputEvent { return NewInputEvent("SeatTaken", tags, []byte(`{}`)) }

func TestReadsThatComeAtOnceShareAStatement(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room:1", "ada"), seat("room:2", "ada"), seat("room:2", "kofi")}, Query{}, 0)
	require.NoError(t, err)
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room:1"}))
	require.Equal(t, 1, <-h.sent)
	one := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}).Or(NewQuery(Tags{"ada"})))
	two := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}).Or(NewQuery(Tags{"kofi"})))
	waitForReads(t, store, 2)
	close(h.release)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-first)
	require.Equal(t, answerOfARead{[]int64{1, 2, 3}, nil}, <-one)
	require.Equal(t, answerOfARead{[]int64{2, 3}, nil}, <-two)
	require.Equal(t, 3, <-h.sent, "room 2, Ada and Kofi, each once")
	require.Empty(t, h.sent)
}

// The statement of the first is on its way. What is stored meanwhile is there for whoever
// calls now, and so the second does not get the first one's answer.
func TestAReadSharesNoStatementThatWasSentBeforeIt(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	ask, sent, release := store.reads.ask, make(chan struct{}, 2), make(chan struct{})
	store.reads.ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		found, err := ask(ctx, settings, questions, known)
		sent <- struct{}{}
		<-release
		return found, err
	}
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	<-sent
	_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room")}, Query{}, 0)
	require.NoError(t, err)
	second := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	waitForReads(t, store, 1)
	close(release)
	require.Equal(t, answerOfARead{nil, nil}, <-first)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-second)
}

// Each waits for a disk, say. The one that is held keeps up nobody else.
func TestAStatementThatTakesLongKeepsUpNoOtherOne(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room:1"}))
	<-h.sent
	second := readInBackground(t.Context(), store, NewQuery(Tags{"room:2"}))
	<-h.sent
	close(h.release)
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-second).err)
}

// All statements that are usual are under way, and none comes back. Who waits for that sends
// one more, and so on as long as there are connections.
func TestWhoWaitsForLongHasAStatementMore(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.few, store.reads.most = 1, 3
	h := holdReads(store)
	var reads []<-chan answerOfARead
	for i := range 3 {
		reads = append(reads, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
		require.Equal(t, 1, <-h.sent)
	}
	reads = append(reads, readInBackground(t.Context(), store, NewQuery(Tags{"room:3"})))
	waitForReads(t, store, 1)
	require.Never(t, func() bool { return len(h.sent) > 0 }, 3*longestUnsent, longestUnsent, "three is the most")
	close(h.release)
	for _, read := range reads {
		require.NoError(t, (<-read).err)
	}
	require.Eventually(t, func() bool {
		store.reads.mu.Lock()
		defer store.reads.mu.Unlock()
		return store.reads.underWay == 0
	}, time.Minute, time.Millisecond)
}

// One of those who share a statement asks for something that takes the server a minute. The
// server ends the statement, and the others have their answers.
func TestAReadThatTakesLongTakesNoOtherOneDown(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	takeSeats(t, store, 1)
	store.reads.most = 1
	ask := store.reads.ask
	alone := make(chan string, 1) // gets the settings
	store.reads.ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		takesLong := func(q question) bool { return q.query.Items()[0].Tags[0] == "takes long" }
		if !slices.ContainsFunc(questions, takesLong) {
			return ask(ctx, settings, questions, known)
		}
		if len(questions) == 1 {
			alone <- settings
		}
		return found{}, store.queryWith(ctx, settings, `select pg_sleep(60)`, nil, func(results pgx.BatchResults) error {
			_, err := results.Exec()
			return err
		})
	}
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"elsewhere"}))
	<-h.sent
	impatient, cancel := context.WithCancel(t.Context())
	slow := readInBackground(impatient, store, NewQuery(Tags{"takes long"}))
	waitForReads(t, store, 1)
	quick := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	waitForReads(t, store, 2)
	close(h.release)
	require.NoError(t, (<-first).err)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-quick)
	require.Equal(t, setPlan, <-alone, "it has all the time that it needs")
	cancel()
	require.ErrorIs(t, (<-slow).err, context.Canceled, "it was still being asked for")
}

// The server has no time for anything. Those who are asked for alone do not all ask at once,
// or there would be no connection left for appends.
func TestReadsThatAreAskedForAloneTakeTurns(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	var mu sync.Mutex
	var now, most, alone int
	ask := store.reads.ask
	store.reads.ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		if len(questions) > 1 {
			return found{}, &pgconn.PgError{Code: "57014", SeverityUnlocalized: "ERROR"}
		}
		mu.Lock()
		now, alone = now+1, alone+1
		most = max(most, now)
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			now--
		}()
		return ask(ctx, settings, questions, known)
	}
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"elsewhere"}))
	<-h.sent
	var others []<-chan answerOfARead
	for i := range mostReadsAtOnce {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
		waitForReads(t, store, i+1)
	}
	close(h.release)
	require.NoError(t, (<-first).err)
	for _, other := range others {
		require.NoError(t, (<-other).err)
	}
	require.Equal(t, 1+mostReadsAtOnce, alone)
	require.LessOrEqual(t, most, cap(store.reads.alone))
}

// Who has set a time limit of their own keeps it, unless it is a longer one.
func TestAStatementOfSeveralReadsHasLittleTime(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for theirs, want := range map[string]string{"0": "2s", "300ms": "300ms", "2s": "2s", "1min": "2s"} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		for _, sql := range []string{`set local intervalstyle = 'sql_standard'`, `set local statement_timeout = '` + theirs + `'`, setPlanAndTime} {
			_, err = tx.Exec(t.Context(), sql)
			require.NoError(t, err)
		}
		var limit string
		require.NoError(t, tx.QueryRow(t.Context(), `show statement_timeout`).Scan(&limit))
		require.NoError(t, tx.Rollback(t.Context()))
		require.Equal(t, want, limit, theirs)
	}
}

// The wider a boundary is, the fewer events of each item are in one statement. What is left
// is read on.
func TestAWideBoundaryIsReadWhole(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{1000, 1000, 500, 250, 100}, []int{mostOfAnItem(1), mostOfAnItem(31), mostOfAnItem(32), mostOfAnItem(64), mostOfAnItem(5000)})
	store := openWith(t, pgtest.New(t), defaultMemory)
	takeSeats(t, store, 300)
	for _, items := range []int{64, 200} {
		wide := NewQuery(Tags{"room"})
		for i := range items {
			tag := Tag(fmt.Sprint("student:", i))
			wide = wide.Or(NewQuery(Tags{tag}))
			_, err := store.AppendEvents(t.Context(), []InputEvent{seat("room", tag), seat(tag)}, Query{}, 0)
			require.NoError(t, err)
		}
		requireFresh(t, store, wide)
		requireFresh(t, store, wide)
	}
}

func TestAReadThatIsCancelledLeavesTheStatementToTheOthers(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	impatient, cancel := context.WithCancel(t.Context())
	one := readInBackground(impatient, store, NewQuery(Tags{"room"}))
	two := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	three := readInBackground(impatient, store, NewQuery(Tags{"elsewhere"}))
	waitForReads(t, store, 3)
	h.release <- struct{}{}
	require.NoError(t, (<-first).err)
	require.Equal(t, 2, <-h.sent)
	cancel()
	require.ErrorIs(t, (<-one).err, context.Canceled, "and at once")
	require.ErrorIs(t, (<-three).err, context.Canceled)
	select {
	case answer := <-two:
		require.FailNow(t, "the statement is still held", answer)
	default:
	}
	h.release <- struct{}{}
	require.NoError(t, (<-two).err)
}

// Nobody waits for the statement any more, so it ends, and its connection is free.
func TestAStatementEndsWhenAllItsReadsAreCancelled(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	h := holdReads(store)
	impatient, cancel := context.WithCancel(t.Context())
	first := readInBackground(impatient, store, NewQuery(Tags{"room"}))
	<-h.sent
	waiting := readInBackground(impatient, store, NewQuery(Tags{"another"}))
	waitForReads(t, store, 1)
	cancel()
	require.ErrorIs(t, (<-first).err, context.Canceled)
	require.ErrorIs(t, (<-waiting).err, context.Canceled)
	next := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	require.Equal(t, 1, <-h.sent, "the one that waited is never asked for")
	close(h.release)
	require.NoError(t, (<-next).err)
	require.Empty(t, h.sent)
}

// The server does not accept connections. Those who wait together are told together.
func TestAnOutageReachesAllWhoShareAStatement(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	line := pgtest.NewLine(t, url)
	pool, err := pgxpool.New(t.Context(), line.URL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openWith(t, pool, defaultMemory)
	store.reads.most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	<-h.sent
	var others []<-chan answerOfARead
	for i := range mostReadsAtOnce {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
	}
	waitForReads(t, store, mostReadsAtOnce)
	line.Cut()
	close(h.release)
	require.Error(t, (<-first).err)
	for _, other := range others {
		require.ErrorContains(t, (<-other).err, "read events: ")
	}
	require.Equal(t, mostReadsAtOnce, <-h.sent)
	require.Empty(t, h.sent, "nobody asks for himself")

	line.Restore()
	_, _, err = readShared(t.Context(), store, NewQuery(Tags{"room"}))
	require.NoError(t, err)
}

// A database in an encoding that can't hold every text turns a whole statement down. The
// others who share it get their answers.
func TestAReadThatFailsTakesNoOtherOneDown(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "encoding 'LATIN1' template template0 locale 'C'")
	_, err := migrations.Apply(t.Context(), url, nil)
	require.NoError(t, err)
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openWith(t, pool, defaultMemory)
	takeSeats(t, store, 1)
	store.reads.most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	var others []<-chan answerOfARead
	for _, tag := range []Tag{"room", "日本", "room", "elsewhere"} {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{tag})))
		waitForReads(t, store, len(others))
	}
	close(h.release)
	require.NoError(t, (<-first).err)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-others[0])
	require.ErrorContains(t, (<-others[1]).err, `has no equivalent in encoding "LATIN1"`)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-others[2])
	require.Equal(t, answerOfARead{nil, nil}, <-others[3])
}

// A failed requirement of a test ends the goroutine that runs a hook of the pool. That is
// no reason for anybody to wait for ever.
func TestAHookThatEndsItsGoroutineEndsTheRead(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	ask := store.reads.ask
	store.reads.ask = func(context.Context, string, []question, []Checkpoint) (found, error) {
		store.reads.ask = ask
		runtime.Goexit()
		return found{}, nil
	}
	answer := <-readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	require.ErrorContains(t, answer.err, "a hook of the connection pool has ended this")
	require.NoError(t, (<-readInBackground(t.Context(), store, NewQuery(Tags{"room"}))).err)
}

func TestAStatementAsksForSoManyItemsAtMost(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.reads.most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	var wide Query
	for i := range mostItemsAtOnce + 1 {
		wide = wide.Or(NewQuery(Tags{Tag(fmt.Sprint("room:", i))}))
	}
	one := readInBackground(t.Context(), store, wide)
	waitForReads(t, store, 1)
	two := readInBackground(t.Context(), store, NewQuery(Tags{"ada"}))
	waitForReads(t, store, 2)
	close(h.release)
	require.NoError(t, (<-first).err)
	require.NoError(t, (<-one).err)
	require.NoError(t, (<-two).err)
	require.Equal(t, mostItemsAtOnce+1, <-h.sent, "more than that is asked for alone")
	require.Equal(t, 1, <-h.sent)
}

// A boundary that is longer than a page is read alone, and remembered. After that only
// what is new is asked for.
func TestALongBoundaryIsRememberedToo(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	alone := 0
	pages := store.reads.pages
	store.reads.pages = func(ctx context.Context, query Query, options ReadOptions, known Checkpoint) iter.Seq2[page, error] {
		alone++
		return pages(ctx, query, options, known)
	}
	for more := range 3 {
		shared, head, err := readShared(t.Context(), store, NewQuery(Tags{"room"}))
		require.NoError(t, err)
		require.Len(t, shared, events+more)
		require.EqualValues(t, events+more, head.Position)
		_, err = store.AppendEvents(t.Context(), []InputEvent{seat("room")}, Query{}, 0)
		require.NoError(t, err)
	}
	require.Equal(t, 1, alone)
}

// What is read alone is remembered for each item by itself.
func TestALongItemIsNotTakenForTheOneBesideIt(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	events := slices.Repeat([]InputEvent{{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{}`)}}, pageSize+1)
	_, err := store.AppendEvents(t.Context(), append(events, seat("ada")), Query{}, 0)
	require.NoError(t, err)
	requireFresh(t, store, NewQuery(Tags{"room"}).Or(NewQuery(Tags{"ada"})))
	requireFresh(t, store, NewQuery(Tags{"ada"}))
	requireFresh(t, store, NewQuery(Tags{"room"}))
}

// What has no room in the memory is read alone at once: nothing of it is read in vain.
func TestABoundaryThatIsTooLongForTheMemoryIsReadAlone(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 20<<10)
	takeSeats(t, store, 30)
	statements := 0
	ask := store.reads.ask
	store.reads.ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		statements++
		return ask(ctx, settings, questions, known)
	}
	for range 3 {
		requireFresh(t, store, NewQuery(Tags{"room"}))
	}
	require.Equal(t, 1, statements, "the first one, when it was not known yet")
}

// A statement has no room for all of three large events, and each is whole in the end.
func TestALargeEventIsReadWhole(t *testing.T) {
	t.Parallel()
	store := openLarge(t, 9, 1)
	requireFresh(t, store, NewQuery(Tags{"large"}))
	requireFresh(t, store, NewQuery(Tags{"large"}))
}

// A decision on a boundary that is too long to be remembered holds one page of it at a time.
func TestALongBoundaryIsFoldedPageByPage(t *testing.T) {
	store := openWith(t, pgtest.New(t), 1<<20)
	const events = 30 * pageSize
	one := InputEvent{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{"who":"` + strings.Repeat("a", 200) + `"}`)}
	for range events / maxEvents {
		_, err := store.AppendEvents(t.Context(), slices.Repeat([]InputEvent{one}, maxEvents), Query{}, 0)
		require.NoError(t, err)
	}
	for range 2 { // when it is not known yet to be too long, and when it is
		var before, atTheEnd runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		require.NoError(t, Decide(t.Context(), store, func(n *int) Boundary {
			return Boundary{Into(n, Project(0, Tags{"room"}, OnAny(func(n int, _ Event) int {
				if n == events-1 {
					runtime.GC()
					runtime.ReadMemStats(&atTheEnd)
				}
				return n + 1
			})))}
		}, func(n int) ([]Fact, error) {
			require.Equal(t, events, n)
			return nil, nil
		}))
		// All of them would take 15 MB and more, and a page 0.5 MB.
		require.Less(t, int64(atTheEnd.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20))
	}
}

func TestATraceTellsAllOfALongBoundary(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 1<<20)
	takeSeats(t, store, 2*pageSize+5)
	var told []Event
	ctx := WithTrace(t.Context(), &Trace{Read: func(step TraceRead) { told = step.Events }})
	require.NoError(t, countSeats(ctx, store, func(Event) {}, func(int) ([]Fact, error) { return nil, nil }))
	stored, _, err := store.ReadSince(t.Context(), NewQuery(Tags{"room"}), Checkpoint{})
	require.NoError(t, err)
	require.Equal(t, stored, told)
}

// Somebody takes a seat when the first page was taken in. A decision is of one moment, so
// that seat is not in it, and counts once when it reads on.
func TestALongBoundaryIsOfOneMoment(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), 1<<20)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	var knew []int
	require.NoError(t, countSeats(t.Context(), store, func(e Event) {
		if e.Position == pageSize/2 && len(knew) == 0 {
			takeSeats(t, store, 1)
		}
	}, func(n int) ([]Fact, error) {
		knew = append(knew, n)
		return Facts(dated{}), nil
	}))
	require.Equal(t, []int{events, events + 1}, knew)
}

// The log loses its end when the first page was taken in, and others take seats. The
// decision starts over, and counts nothing that is lost, and nothing twice.
func TestALongBoundaryOfALogThatLosesItsEndIsFoldedAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openWith(t, pool, 1<<20)
	const events = 2*pageSize + 5
	takeSeats(t, store, events)
	lost, startedOver := false, 0
	ctx := WithTrace(t.Context(), &Trace{StartedOver: func(TraceStartedOver) { startedOver++ }})
	require.NoError(t, countSeats(ctx, store, func(e Event) {
		if e.Position == pageSize/2 && !lost {
			lost = true
			loseEnd(t, pool, pageSize)
			takeSeats(t, store, pageSize+7)
		}
	}, func(n int) ([]Fact, error) {
		require.Equal(t, events+7, n)
		return nil, nil
	}))
	require.Equal(t, 1, startedOver)
}

// takeSeats takes seats in a room, at most 10,000.
func takeSeats(t *testing.T, store *Store, n int) {
	t.Helper()
	one := InputEvent{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{}`)}
	_, err := store.AppendEvents(t.Context(), slices.Repeat([]InputEvent{one}, n), Query{}, 0)
	require.NoError(t, err)
}

// countSeats decides by the number of events in a room. see sees each of them.
func countSeats(ctx context.Context, store *Store, see func(Event), decide func(int) ([]Fact, error)) error {
	return Decide(ctx, store, func(n *int) Boundary {
		return Boundary{Into(n, Project(0, Tags{"room"}, OnAny(func(n int, e Event) int {
			see(e)
			return n + 1
		})))}
	}, decide)
}

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
