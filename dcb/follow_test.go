package dcb_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
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

// A site is a log beside a table of what consumers have made of it: a row for each event that
// was handled, in the order in which that happened.
type site struct {
	t     testing.TB
	url   string
	pool  *pgxpool.Pool
	store *dcb.Store
}

func newSite(t testing.TB) *site { return newSiteAt(t, pgtest.URL(t)) }

func newSiteAt(t testing.TB, url string) *site {
	t.Helper()
	s := openSite(t, url)
	_, err := s.pool.Exec(t.Context(), `create table effect (nr bigint generated always as identity, consumer text, position bigint)`)
	require.NoError(t, err)
	return s
}

// openSite opens a site as one more process would.
func openSite(t testing.TB, url string) *site {
	t.Helper()
	s := &site{t: t, url: url}
	var err error
	s.pool, err = pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(s.pool.Close)
	s.store = openStore(t, s.pool)
	return s
}

// writes is a Handle that has an effect for each event.
func writes(consumer string) func(context.Context, pgx.Tx, []dcb.Event) error {
	return func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		var trip pgx.Batch
		for _, e := range events {
			trip.Queue(`insert into effect (consumer, position) values ($1, $2::bigint)`, consumer, e.Position)
		}
		return tx.SendBatch(ctx, &trip).Close()
	}
}

// unless is a Handle that fails with an error for the events of a type, after it had its effects.
func unless(eventType string, failure error, handle func(context.Context, pgx.Tx, []dcb.Event) error) func(context.Context, pgx.Tx, []dcb.Event) error {
	return func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		err := handle(ctx, tx, events)
		if slices.ContainsFunc(events, func(e dcb.Event) bool { return e.Type == eventType }) {
			return failure
		}
		return err
	}
}

// consumer returns a consumer that writes an effect for every event.
func (s *site) consumer(name string) dcb.Consumer {
	return dcb.Consumer{Name: name, Query: dcb.AllEvents(), Handle: writes(name), Logger: slog.New(slog.NewTextHandler(s.t.Output(), nil))}
}

// A followed is a Follow on a goroutine of its own.
type followed struct {
	t      testing.TB
	cancel func()
	ended  chan error
}

// follow runs a consumer until the test or end ends it.
func (s *site) follow(c dcb.Consumer) followed {
	ctx, cancel := context.WithCancel(s.t.Context())
	f := followed{s.t, cancel, make(chan error, 1)}
	var following sync.WaitGroup
	following.Go(func() { f.ended <- s.store.Follow(ctx, c) })
	s.t.Cleanup(func() {
		cancel()
		following.Wait()
	})
	return f
}

// ends waits until Follow returns by itself.
func (f followed) ends() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		return err
	case <-time.After(aWhile):
		require.FailNow(f.t, "Follow did not return")
		return nil
	}
}

// end ends the context, and waits for Follow.
func (f followed) end() {
	f.t.Helper()
	f.cancel()
	require.ErrorIs(f.t, f.ends(), context.Canceled)
}

// reaches waits until a consumer has come to a position, and has no lag then.
func (s *site) reaches(name string, position int64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), aWhile)
	defer cancel()
	require.NoError(s.t, s.store.WaitFor(ctx, name, position))
}

// stands returns the place of a consumer, and its lag.
func (s *site) stands(name string) [2]int64 {
	s.t.Helper()
	place, lag, err := s.store.Place(s.t.Context(), name)
	require.NoError(s.t, err)
	return [2]int64{place.Position, lag}
}

// effects returns the positions of the events that a consumer has handled, in the order in
// which it did.
func (s *site) effects(name string) []int64 {
	s.t.Helper()
	rows, _ := s.pool.Query(s.t.Context(), `select position from effect where consumer = $1 order by nr`, name)
	positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(s.t, err)
	return positions
}

// parked returns the positions of the events that a consumer has parked.
func (s *site) parked(name string) []int64 {
	s.t.Helper()
	parked, err := s.store.Parked(s.t.Context(), name)
	require.NoError(s.t, err)
	positions := []int64{}
	for _, e := range parked {
		positions = append(positions, e.Position)
	}
	return positions
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.pool.Exec(s.t.Context(), sql, args...)
	require.NoError(s.t, err)
}

// to returns the numbers from first to last.
func to(first, last int64) (all []int64) {
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

func TestAConsumerHandlesEachEventOnceInOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 3 {
		appendAll(t, s.store, slices.Repeat([]dcb.InputEvent{{Type: "Before", Data: []byte(`{}`)}}, 700)...)
	}
	rare := s.consumer("rare")
	rare.Query = tagged("rare")
	rare.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		assert.NotEmpty(t, events)
		return writes("rare")(ctx, tx, events)
	}
	s.follow(s.consumer("all"))
	s.follow(rare)
	racetest.AtOnce(4, func(writer int) {
		for i := range 40 {
			tags := dcb.Tags{}
			if i == 20 {
				tags = dcb.Tags{"rare"}
			}
			_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("A", tags...), event("B")}, dcb.Query{}, 0)
			assert.NoError(t, err)
		}
	})
	const end = 2100 + 4*40*2
	s.reaches("all", end)
	require.Equal(t, to(1, end), s.effects("all"))
	s.reaches("rare", end)
	require.Equal(t, positions(readAll(t, s.store, tagged("rare"), dcb.ReadOptions{})), s.effects("rare"))
	require.Len(t, s.effects("rare"), 4)
	for _, name := range []string{"all", "rare"} {
		require.Equal(t, [2]int64{end, 0}, s.stands(name), "the place moves over other events, too")
	}
	require.Equal(t, [2]int64{0, end}, s.stands("nobody"))
}

// An append may be larger than what one statement reads.
func TestWhatAConsumerHandlesEndsWhereAnAppendEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ends := map[int64]bool{}
	for _, n := range []int{1500, 1, 999, 2, 1001} {
		ends[appendAll(t, s.store, slices.Repeat([]dcb.InputEvent{{Type: "A", Data: []byte(`{}`)}}, n)...)] = true
	}
	c := s.consumer("c")
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		assert.True(t, ends[events[len(events)-1].Position], "%d", events[len(events)-1].Position)
		return writes("c")(ctx, tx, events)
	}
	s.follow(c)
	s.reaches("c", 3503)
	require.Equal(t, to(1, 3503), s.effects("c"))
}

func TestAConsumerGoesOnFromItsPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range int64(5) {
		appendAll(t, s.store, event("A"), event("B"))
		f := openSite(t, s.url).follow(s.consumer("c"))
		s.reaches("c", 2*i+2)
		f.end()
	}
	require.Equal(t, to(1, 10), s.effects("c"))
}

func TestAConsumerThatHasNeverRunIsAtTheBeginningOfTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendAll(t, s.store, event("A"))
	place, lag, err := s.store.Place(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, dcb.Checkpoint{}, place)
	require.EqualValues(t, 1, lag)
}

// The last event that it handles is not the last one of the log.
func TestAConsumerComesToTheEndOfTheLogAfterItsLastEvent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendAll(t, s.store, event("A"), event("B"))
	c := s.consumer("c")
	c.Query = dcb.NewQuery(nil, "A")
	s.follow(c)
	s.reaches("c", 2)
	require.Equal(t, to(1, 1), s.effects("c"))
	require.Equal(t, [2]int64{2, 0}, s.stands("c"))
}

func TestAConsumerBeginsWhereItIsTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendAll(t, s.store, event("A"), event("B"), event("C"))
	head, err := s.store.Head(t.Context())
	require.NoError(t, err)
	for name, from := range map[string]dcb.Checkpoint{"by event": head, "by position": dcb.At(3)} {
		c := s.consumer(name)
		c.From = from
		s.follow(c).end() // which may be before it has begun
		first := s.follow(c)
		s.reaches(name, 3)
		first.end()
		appendAll(t, s.store, event("D"))
		end, err := s.store.Head(t.Context())
		require.NoError(t, err)
		c.From = end // it has a place already, which counts
		s.follow(c)
		s.reaches(name, end.Position)
		require.Equal(t, to(4, end.Position), s.effects(name), name)
	}

	c := s.consumer("beyond")
	c.From = dcb.At(99)
	require.ErrorIs(t, s.follow(c).ends(), dcb.ErrBeyondHead)
	c.From = dcb.Checkpoint{Position: 2, EventID: head.EventID, RecordedAt: head.RecordedAt}
	require.ErrorIs(t, s.follow(c).ends(), dcb.ErrOtherHistory)
}

func TestWhatIsWrongWithAConsumerIsSaid(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	good := s.consumer("c")
	for want, change := range map[string]func(*dcb.Consumer){
		"the consumer's name \"\" is empty": func(c *dcb.Consumer) { c.Name = "" },
		"is longer than 255 bytes":          func(c *dcb.Consumer) { c.Name = strings.Repeat("x", 256) },
		"contains a NUL byte":               func(c *dcb.Consumer) { c.Name = "a\x00" },
		"the consumer has no Handle":        func(c *dcb.Consumer) { c.Handle = nil },
		"the consumer's query matches nothing; ask for every event with AllEvents()":               func(c *dcb.Consumer) { c.Query = dcb.Query{} },
		"a query item names neither a type nor a tag":                                              func(c *dcb.Consumer) { c.Query = dcb.NewQuery(nil) },
		"the number of tries is negative: -1":                                                      func(c *dcb.Consumer) { c.Tries = -1 },
		"there is nothing before the first event: -1":                                              func(c *dcb.Consumer) { c.From = dcb.At(-1) },
		"there is no event at position 0, and the checkpoint names one: " + strings.Repeat("0", 8): func(c *dcb.Consumer) { c.From.EventID = "00000000-0000-0000-0000-000000000000" },
	} {
		c := good
		change(&c)
		for _, err := range []error{s.store.Follow(t.Context(), c), s.store.Retry(t.Context(), c, 1)} {
			require.ErrorContains(t, err, want)
			var input dcb.InputError
			require.ErrorAs(t, err, &input)
		}
	}
	for _, name := range []string{"", strings.Repeat("x", 256)} {
		_, _, err := s.store.Place(t.Context(), name)
		_, parkedErr := s.store.Parked(t.Context(), name)
		moveErr := pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
			_, err := s.store.MoveTo(t.Context(), tx, name, dcb.Checkpoint{})
			return err
		})
		for _, err := range []error{err, parkedErr, moveErr, s.store.WaitFor(t.Context(), name, 1)} {
			var input dcb.InputError
			require.ErrorAs(t, err, &input)
		}
	}
	require.ErrorContains(t, s.store.WaitFor(t.Context(), "c", -1), "there is nothing before the first event: -1")
	for _, position := range []int64{-1, 0, 1} {
		require.EqualError(t, s.store.Retry(t.Context(), good, position), fmt.Sprintf(`retry the event at %d, which consumer "c" has parked: it is not parked`, position))
	}
	var rows int
	require.NoError(t, s.pool.QueryRow(t.Context(), `select count(*) from dcb_consumer`).Scan(&rows))
	require.Zero(t, rows, "nothing was changed")
}

func TestWaitForWaitsOnEveryProcess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := openSite(t, s.url)
	s.follow(s.consumer("c"))
	for range 20 {
		last := appendAll(t, s.store, event("A"))
		other.reaches("c", last)
		require.Len(t, other.effects("c"), int(last))
	}
	other.reaches("c", 0)

	pool, hook := racetest.OpenPool(t, s.url, "read committed")
	patient := openStore(t, pool)
	ctx, pass := racetest.Deadline()
	looks := 0
	hook.Set(func(sql string) {
		if looks++; looks == 2 { // it knows by then where the consumer is
			pass()
		}
	})
	err := patient.WaitFor(ctx, "c", 21)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.EqualError(t, err, `wait for consumer "c", which is at 20, to come to 21: context deadline exceeded`)
}

func TestAConsumerEndsWithItsStore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	f := s.follow(s.consumer("c"))
	appendAll(t, s.store, event("A"))
	s.reaches("c", 1)
	s.store.Close()
	require.ErrorIs(t, f.ends(), dcb.ErrClosed)
	require.ErrorIs(t, s.store.Follow(t.Context(), s.consumer("c")), dcb.ErrClosed)
	_, _, err := s.store.Place(t.Context(), "c")
	require.ErrorIs(t, err, dcb.ErrClosed)
}

// The log works without the tables of consumers.
func TestWithoutItsTablesAConsumerSaysWhichMigrationIsMissing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(`drop table dcb_parked, dcb_consumer`)
	s = openSite(t, s.url)
	appendAll(t, s.store, event("A"))
	_, _, placeErr := s.store.Place(t.Context(), "c")
	_, parkedErr := s.store.Parked(t.Context(), "c")
	moveErr := pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		_, err := s.store.MoveTo(t.Context(), tx, "c", dcb.At(1))
		return err
	})
	for _, err := range []error{
		s.follow(s.consumer("c")).ends(), placeErr, parkedErr, moveErr,
		s.store.WaitFor(t.Context(), "c", 1), s.store.Retry(t.Context(), s.consumer("c"), 1),
	} {
		require.ErrorContains(t, err, "its tables are missing, apply 0015_dcb_consumer.sql of package dcbschema first")
	}
}

// said is a logger's text.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(line)
}

func (s *said) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.text.String(), what)
}
