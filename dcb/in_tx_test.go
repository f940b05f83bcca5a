package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

// inOwnTx is a log that has a transaction for each call.
type inOwnTx struct {
	store *dcb.Store
	pool  *pgxpool.Pool
}

func (l inOwnTx) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) (events []dcb.Event, head dcb.Checkpoint, err error) {
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) (err error) {
		events, head, err = l.store.InTx(tx).ReadSince(ctx, query, after)
		return err
	})
	return events, head, err
}

func (l inOwnTx) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) (events []dcb.Event, err error) {
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) (err error) {
		events, err = l.store.InTx(tx).ReadUpTo(ctx, query, upTo)
		return err
	})
	return events, err
}

func (l inOwnTx) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (position int64, err error) {
	err = pgx.BeginFunc(ctx, l.pool, func(tx pgx.Tx) (err error) {
		position, err = l.store.InTx(tx).AppendAfter(ctx, events, query, known)
		return err
	})
	return position, err
}

func TestALogInATransactionKeepsThePromisesOfALog(t *testing.T) {
	t.Parallel()
	dcbtest.TestLog(t, func(t *testing.T) dcb.Log {
		pool := pgtest.New(t)
		return inOwnTx{openStore(t, pool), pool}
	})
}

// openWithNotes opens a store beside a table of the caller's.
func openWithNotes(t *testing.T) (*dcb.Store, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `create table note (who text primary key)`)
	require.NoError(t, err)
	store := openStore(t, pool)
	appendFacts(t, store, roomOpened{"blue", 5})
	return store, pool
}

func begin(t *testing.T, pool *pgxpool.Pool, options pgx.TxOptions) pgx.Tx {
	t.Helper()
	tx, err := pool.BeginTx(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}

// noteAndSeat takes a note, and a seat for who, in one transaction.
func noteAndSeat(t *testing.T, store *dcb.Store, tx pgx.Tx, who string) {
	t.Helper()
	_, err := tx.Exec(t.Context(), `insert into note values ($1)`, who)
	require.NoError(t, err)
	require.NoError(t, takeSeat{"blue", who}.run(t.Context(), store.InTx(tx)))
}

func notes(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from note`).Scan(&n))
	return n
}

func TestEventsAndRowsAreStoredTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	tx := begin(t, pool, pgx.TxOptions{})
	noteAndSeat(t, store, tx, "ada")
	require.Zero(t, seatsIn(t, store, "blue"), "before the commit, nobody else sees it")
	require.NoError(t, tx.Rollback(t.Context()))
	require.Equal(t, [2]int{0, 0}, [2]int{notes(t, pool), seatsIn(t, store, "blue")})

	tx = begin(t, pool, pgx.TxOptions{})
	noteAndSeat(t, store, tx, "kofi")
	noteAndSeat(t, store, tx, "mei") // who knows of Kofi's
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, [2]int{2, 2}, [2]int{notes(t, pool), seatsIn(t, store, "blue")})
	require.Equal(t, []int64{1, 2, 3}, positions(readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})))
}

// A conflict leaves the transaction as it was, and so does a refusal.
func TestATransactionGoesOnAfterAConflict(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	tx := begin(t, pool, pgx.TxOptions{})
	_, err := store.InTx(tx).AppendAfter(t.Context(), encoded(t, seatTaken{"blue", "ada"}), dcb.NewQuery(dcb.NewTags("room", "blue")), dcb.Checkpoint{})
	require.Equal(t, []string{"RoomOpened"}, types(conflictOf(t, err).Events))
	noteAndSeat(t, store, tx, "ada")
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, [2]int{1, 1}, [2]int{notes(t, pool), seatsIn(t, store, "blue")})
}

// Its caller does not know whether the commit has succeeded, and repeats it.
func TestATransactionThatIsRepeatedFindsItsEvents(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	first, second := event("A"), event("B")
	first.ID, second.ID = dcb.NewID(), dcb.NewID()
	for range 2 {
		tx := begin(t, pool, pgx.TxOptions{})
		for i, e := range []dcb.InputEvent{first, second} {
			position, err := store.InTx(tx).AppendAfter(t.Context(), []dcb.InputEvent{e}, dcb.AllEvents(), dcb.At(int64(i)))
			require.NoError(t, err)
			require.EqualValues(t, i+1, position)
		}
		require.NoError(t, tx.Commit(t.Context()))
		require.Equal(t, []string{"A", "B"}, types(readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})))
	}
}

// It is told, however the statements are sent.
func TestAnAppendInATransactionThatTheDatabaseTurnsDownIsTold(t *testing.T) {
	t.Parallel()
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			pool := openPool(t, pgtest.WithExecMode(pgtest.URL(t), mode))
			store := openStore(t, pool)
			_, err := pool.Exec(t.Context(), `alter table dcb_event add constraint no_b check (type <> 'B')`)
			require.NoError(t, err)
			position, err := store.InTx(begin(t, pool, pgx.TxOptions{})).AppendAfter(t.Context(), []dcb.InputEvent{event("B")}, dcb.Query{}, dcb.Checkpoint{})
			require.ErrorContains(t, err, "no_b")
			require.Zero(t, position)
		})
	}
}

// Another append waits for the commit, and then sees what was committed.
func TestAnAppendWaitsForTheTransaction(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	tx := begin(t, pool, pgx.TxOptions{})
	noteAndSeat(t, store, tx, "ada")
	other := send(t.Context(), store, dcb.NewQuery(dcb.NewTags("room", "blue"), "SeatTaken"), event("Other"))
	require.Eventually(t, func() bool { return lockWaiters(t, pool) == 1 }, aWhile, time.Millisecond)
	require.NoError(t, tx.Commit(t.Context()))
	require.Equal(t, []string{"SeatTaken"}, types(conflictOf(t, (<-other).err).Events))
}

// The transaction of another process holds the lock for longer than the caller waits.
func TestAnAppendInATransactionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	holder, waiter := begin(t, pool, pgx.TxOptions{}), begin(t, pool, pgx.TxOptions{})
	noteAndSeat(t, store, holder, "ada")
	ctx, pass := racetest.Deadline()
	ended := make(chan error)
	seat := encoded(t, seatTaken{"blue", "kofi"})
	go func() {
		_, err := store.InTx(waiter).AppendAfter(ctx, seat, dcb.Query{}, dcb.Checkpoint{})
		ended <- err
	}()
	require.Eventually(t, func() bool { return lockWaiters(t, pool) == 1 }, aWhile, time.Millisecond)
	pass()
	require.ErrorIs(t, <-ended, context.DeadlineExceeded)
	require.NoError(t, holder.Commit(t.Context()))
	require.Equal(t, 1, seatsIn(t, store, "blue"))
}

func lockWaiters(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
	require.NoError(t, pool.QueryRow(t.Context(), waiting).Scan(&n))
	return n
}

func TestATransactionAtAnotherLevelIsRefused(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	for _, level := range []pgx.TxIsoLevel{pgx.RepeatableRead, pgx.Serializable} {
		tx := begin(t, pool, pgx.TxOptions{IsoLevel: level})
		_, err := store.InTx(tx).AppendAfter(t.Context(), encoded(t, seatTaken{"blue", "ada"}), dcb.Query{}, dcb.Checkpoint{})
		var input dcb.InputError
		require.ErrorAs(t, err, &input)
		require.ErrorContains(t, err, fmt.Sprintf("the transaction is at %s, where an append can't see", level))
		require.NoError(t, tx.Commit(t.Context()))
	}
	require.Zero(t, seatsIn(t, store, "blue"))
}

// What the caller set is what it was, after reads, appends and conflicts.
func TestATransactionKeepsItsSettings(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	tx := begin(t, pool, pgx.TxOptions{})
	_, err := tx.Exec(t.Context(), `select set_config('lock_timeout', '77s', true), set_config('jit', 'on', true), set_config('plan_cache_mode', 'force_custom_plan', true)`)
	require.NoError(t, err)
	settings := func() (all string) {
		const sql = `select string_agg(name || '=' || setting, ' ' order by name) from pg_settings
			where name in ('plan_cache_mode', 'enable_bitmapscan', 'enable_seqscan', 'jit', 'lock_timeout')`
		require.NoError(t, tx.QueryRow(t.Context(), sql).Scan(&all))
		return all
	}
	before := settings()
	require.Contains(t, before, "lock_timeout=77000 plan_cache_mode=force_custom_plan")
	log := store.InTx(tx)
	_, head, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	require.Equal(t, before, settings(), "after a read")
	_, err = log.AppendAfter(t.Context(), encoded(t, seatTaken{"blue", "ada"}), dcb.AllEvents(), dcb.Checkpoint{})
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Equal(t, before, settings(), "after a conflict")
	_, err = log.AppendAfter(t.Context(), encoded(t, seatTaken{"blue", "ada"}), dcb.AllEvents(), head)
	require.NoError(t, err)
	require.Equal(t, before, settings(), "after an append")
	stored, _, err := log.ReadSince(t.Context(), dcb.NewQuery(nil, "SeatTaken"), dcb.Checkpoint{})
	require.NoError(t, err)
	again := encoded(t, seatTaken{"blue", "ada"})
	again[0].ID = stored[0].ID
	_, err = log.AppendAfter(t.Context(), again, dcb.AllEvents(), head)
	require.NoError(t, err)
	require.Equal(t, before, settings(), "after a repetition")
}

// Transactions and other decisions race for the seats, and some roll back. As many seats
// are taken as there are.
func TestTransactionsRaceForSeats(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	var taken, noted atomic.Int64
	racetest.AtOnce(12, func(i int) {
		who := fmt.Sprint("student ", i)
		if i%3 == 0 {
			if err := (takeSeat{"blue", who}).run(t.Context(), store); err == nil {
				taken.Add(1)
			} else {
				assert.ErrorIs(t, err, errFull)
			}
			return
		}
		errRollback := errors.New("thought better of it")
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), `insert into note values ($1)`, who); err != nil {
				return err
			}
			if err := (takeSeat{"blue", who}).run(t.Context(), store.InTx(tx)); err != nil {
				return err
			}
			if i%3 == 1 {
				return errRollback
			}
			return nil
		})
		switch {
		case err == nil:
			taken.Add(1)
			noted.Add(1)
		case !errors.Is(err, errFull):
			assert.ErrorIs(t, err, errRollback)
		}
	})
	require.EqualValues(t, 5, taken.Load())
	require.Equal(t, 5, seatsIn(t, store, "blue"))
	require.EqualValues(t, noted.Load(), notes(t, pool))
	require.Equal(t, []int64{1, 2, 3, 4, 5, 6}, positions(readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})))
}

func TestAClosedStoreHasNoTransactions(t *testing.T) {
	t.Parallel()
	store, pool := openWithNotes(t)
	log := store.InTx(begin(t, pool, pgx.TxOptions{}))
	store.Close()
	_, err := log.AppendAfter(t.Context(), encoded(t, seatTaken{"blue", "ada"}), dcb.Query{}, dcb.Checkpoint{})
	require.ErrorIs(t, err, dcb.ErrClosed)
	_, _, err = log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.ErrorIs(t, err, dcb.ErrClosed)
}
