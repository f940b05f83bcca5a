package dcb_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// The tests of races find a gap most of the time. Those here hold each gap open, so
// they find it every time.

// A hook runs before each round trip of a store to the database, once it is set. It
// gets the first statement.
type hook struct {
	before atomic.Pointer[func(sql string)]
}

func (h *hook) set(before func(sql string)) { h.before.Store(&before) }

func (h *hook) run(sql string) {
	if before := h.before.Load(); before != nil {
		(*before)(sql)
	}
}

// TraceQueryStart implements [pgx.QueryTracer].
func (h *hook) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	h.run(query.SQL)
	return ctx
}

// TraceBatchStart implements [pgx.BatchTracer].
func (h *hook) TraceBatchStart(ctx context.Context, _ *pgx.Conn, batch pgx.TraceBatchStartData) context.Context {
	h.run(batch.Batch.QueuedQueries[0].SQL)
	return ctx
}

func (h *hook) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (h *hook) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (h *hook) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// openPool opens a pool whose transactions are at this isolation level by default.
func openPool(t testing.TB, url, level string) (*pgxpool.Pool, *hook) {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	hook := &hook{}
	config.ConnConfig.Tracer = hook
	config.ConnConfig.RuntimeParams["default_transaction_isolation"] = level
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool, hook
}

// openHooked opens two stores in one database, and the hook of the first.
func openHooked(t testing.TB) (hooked, other *dcb.Store, _ *hook) {
	t.Helper()
	url := pgtest.URL(t)
	pool, hook := openPool(t, url, "read committed")
	otherPool, _ := openPool(t, url, "read committed")
	return openStore(t, pool), openStore(t, otherPool), hook
}

// An append is held up before its first round trip, then before its second, and so
// on to the one that commits. Each time another one comes, and goes as far as it can: to its
// end, or until it waits for the one held up.
func TestAppendsThatMeetAtAnyPoint(t *testing.T) {
	t.Parallel()
	for _, level := range []string{"read committed", "repeatable read", "serializable"} {
		for name, tags := range map[string][2]dcb.Tag{
			"and want the same seat": {"seat:1", "seat:1"},
			"and share nothing":      {"seat:1", "seat:2"},
		} {
			t.Run(name+" at "+level, func(t *testing.T) {
				t.Parallel()
				url := pgtest.URL(t)
				pool, hook := openPool(t, url, level)
				otherPool, _ := openPool(t, url, level)
				held, other := openStore(t, pool), openStore(t, otherPool)

				met := 0
				for meet(t, held, other, hook, otherPool, met+1, tags) {
					met++
				}
				require.GreaterOrEqual(t, met, 2, "to begin and check, to insert and commit")
			})
		}
	}
}

// meet holds an append up before its nth round trip while another one comes, and
// reports whether there is an nth.
func meet(t *testing.T, held, other *dcb.Store, hook *hook, pool *pgxpool.Pool, nth int, tags [2]dcb.Tag) bool {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, start, err := other.ReadSince(ctx, dcb.Query{}, 0)
	require.NoError(t, err)
	reached, release := make(chan struct{}), make(chan struct{})
	trips := 0
	hook.set(func(string) {
		if trips++; trips == nth {
			close(reached)
			select {
			case <-release:
			case <-ctx.Done():
			}
		}
	})
	first := appendOne(ctx, held, event("Held", tags[0]), start)
	select {
	case err := <-first:
		require.NoError(t, err)
		return false // it has no nth round trip
	case <-reached:
	}
	second := appendOne(ctx, other, event("Taken", tags[1]), start)
	waitUntil(t, pool, 1, second)
	requireAgreement(t, other, start, func() []error {
		close(release)
		return []error{<-first, <-second}
	}, tags)
	return true
}

// An append is held up in its very commit, when all of its statements are over.
func TestAppendsThatMeetDuringACommit(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string][2]dcb.Tag{
		"and want the same seat": {"seat:1", "seat:1"},
		"and share nothing":      {"seat:1", "seat:2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			url := pgtest.URL(t)
			pool, _ := openPool(t, url, "read committed")
			otherPool, _ := openPool(t, url, "read committed")
			held, other := openStore(t, pool), openStore(t, otherPool)
			_, err := otherPool.Exec(ctx, `
				create function hold() returns trigger language plpgsql as
				'begin perform pg_advisory_xact_lock(1); return null; end';
				create constraint trigger hold after insert on dcb_event
				deferrable initially deferred for each row when (new.type = 'Held') execute function hold()`)
			require.NoError(t, err)
			holder, err := otherPool.Begin(ctx)
			require.NoError(t, err)
			defer holder.Rollback(context.Background())
			_, err = holder.Exec(ctx, `select pg_advisory_xact_lock(1)`)
			require.NoError(t, err)

			first := appendOne(ctx, held, event("Held", tags[0]), 0)
			waitUntil(t, otherPool, 1, first)
			second := appendOne(ctx, other, event("Taken", tags[1]), 0)
			waitUntil(t, otherPool, 2, second)
			requireAgreement(t, other, 0, func() []error {
				require.NoError(t, holder.Rollback(ctx))
				return []error{<-first, <-second}
			}, tags)
		})
	}
}

// appendOne appends an event unless one with its tag came after the position.
func appendOne(ctx context.Context, store *dcb.Store, e dcb.InputEvent, after int64) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := store.AppendEvents(ctx, []dcb.InputEvent{e}, tagged(e.Tags...), after)
		done <- err
	}()
	return done
}

// waitUntil waits until so many sessions of the database wait for a lock, or until
// the append is done.
func waitUntil(t *testing.T, pool *pgxpool.Pool, sessions int, done <-chan error) {
	for waiting := 0; waiting < sessions && len(done) == 0; {
		require.NoError(t, pool.QueryRow(t.Context(), `
			select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting))
	}
}

// requireAgreement lets the append that is held up go on. It requires that of two who
// want the same one wins, that two who don't both do, and that a reader who looked
// before and goes on from there sees all that was stored.
func requireAgreement(t *testing.T, store *dcb.Store, start int64, letGo func() []error, tags [2]dcb.Tag) {
	seen, seenUpTo, err := store.ReadSince(t.Context(), dcb.AllEvents(), start)
	require.NoError(t, err)
	errs := letGo()

	rest, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), seenUpTo)
	require.NoError(t, err)
	stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{After: start})
	require.Equal(t, positions(stored), positions(append(seen, rest...)), "what the reader saw")
	if tags[0] != tags[1] {
		require.Equal(t, []error{nil, nil}, errs)
		require.Len(t, stored, 2)
		return
	}
	require.Contains(t, errs, error(nil), "a winner")
	for _, err := range errs {
		if err != nil {
			require.ErrorIs(t, err, dcb.ErrConflict)
		}
	}
	require.Len(t, stored, 1)
}

// A default of the role or of the pool does not decide what an append is.
func TestAppendsWorkWhereTransactionsAreReadOnlyByDefault(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	config := pool.Config()
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	readOnly, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(readOnly.Close)
	appendAll(t, openStore(t, readOnly), event("A"))
}

// Somebody appends before each round trip of a read.
func TestNothingGetsBetweenEventsAndPosition(t *testing.T) {
	t.Parallel()
	for name, events := range map[string]int{"in one page": 1, "in two pages": 1500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, other, hook := openHooked(t)
			batch := make([]dcb.InputEvent, events)
			for i := range batch {
				batch[i] = event("A", "x")
			}
			appendAll(t, other, batch...)
			hook.set(func(string) { appendAll(t, other, event("A", "x")) })

			read, position, err := store.ReadSince(t.Context(), tagged("x"), 0)
			require.NoError(t, err)
			assert.Greater(t, position, int64(events))
			assert.Len(t, read, int(position), "of ReadSince")

			position, state, err := store.ReadState(t.Context(), tagged("x"), count)
			require.NoError(t, err)
			assert.EqualValues(t, position, state, "of ReadState")
		})
	}
}

// beforeBegin makes a hook that runs before each transaction, and so before each append.
func beforeBegin(call func()) func(sql string) {
	return func(sql string) {
		if strings.HasPrefix(sql, "begin") {
			call()
		}
	}
}

// Somebody appends between the read and the append of AppendEventsIfNotExists.
func TestAppendEventsIfNotExistsMeetsAnotherInItsGap(t *testing.T) {
	t.Parallel()

	t.Run("and finds what the other appended", func(t *testing.T) {
		t.Parallel()
		store, other, hook := openHooked(t)
		hook.set(beforeBegin(func() { appendAll(t, other, event("A", "x"), event("B", "y")) }))
		exists := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return true }}
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, exists)
		require.NoError(t, err)
		require.EqualValues(t, 2, position, "as of when it exists")
		require.Len(t, readAll(t, other, tagged("x"), dcb.ReadOptions{}), 1)
	})

	t.Run("and gives up after 64, with pauses in between", func(t *testing.T) {
		t.Parallel()
		store, other, hook := openHooked(t)
		appends := 0
		hook.set(beforeBegin(func() {
			appends++
			appendAll(t, other, event("Meanwhile", "x"))
		}))
		never := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return nil }}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		_, err := store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, never)
		require.ErrorIs(t, err, dcb.ErrConflict)
		require.Equal(t, 64, appends)
		require.Greater(t, time.Since(began), 1800*time.Millisecond, "the shortest that 63 pauses can be is 1.9 s")
		require.Empty(t, readAll(t, other, dcb.NewQuery(nil, "A"), dcb.ReadOptions{}))
	})
}
