package receipt_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A doorkeeper stops each statement of a store until the test lets it go on.
type doorkeeper struct {
	store *receipt.Store
	came  chan struct{} // receives when a statement is stopped
	goOn  chan struct{} // a send lets it go on
}

func newDoorkeeper(t *testing.T) doorkeeper {
	t.Helper()
	d := doorkeeper{came: make(chan struct{}), goOn: make(chan struct{})}
	var open atomic.Bool
	config := pgtest.New(t).Config()
	config.PrepareConn = func(context.Context, *pgx.Conn) (bool, error) {
		if !open.Load() {
			d.came <- struct{}{}
			<-d.goOn
		}
		return true, nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	t.Cleanup(func() { open.Store(true) })
	d.store = receipt.NewStore(pool)
	return d
}

// save saves a receipt in the background. It returns when this many receipts wait for the next
// statement.
func (d doorkeeper) save(ctx context.Context, t *testing.T, id string, waiting int) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- d.store.Save(ctx, plain(id, noon)) }()
	require.Eventually(t, func() bool { return d.store.Waiting() == waiting }, time.Minute, time.Millisecond)
	return done
}

// requireKept requires that these receipts are kept, and no others. The latest is the first.
func (d doorkeeper) requireKept(t *testing.T, want ...string) {
	t.Helper()
	found := make(chan []string, 1)
	go func() {
		latest, err := d.store.Latest(t.Context(), receipt.Filter{Races: true}, 100)
		if err == nil {
			found <- ids(latest)
		}
		close(found)
	}()
	<-d.came
	d.goOn <- struct{}{}
	require.Equal(t, want, <-found)
}

func TestReceiptsThatEndTogetherAreSavedTogether(t *testing.T) {
	t.Parallel()
	d := newDoorkeeper(t)
	saves := []<-chan error{d.save(t.Context(), t, "first", 0)}
	<-d.came
	want := []string{"first"}
	for i := range 20 {
		id := fmt.Sprintf("other%d", i)
		saves = append(saves, d.save(t.Context(), t, id, i+1))
		want = append([]string{id}, want...)
	}
	d.goOn <- struct{}{}
	<-d.came
	d.goOn <- struct{}{}
	for _, done := range saves {
		require.NoError(t, <-done, "two statements are enough for all")
	}
	d.requireKept(t, want...)
}

// Two of the receipts that are saved together have the same id, and the id of another one is
// already taken.
func TestAReceiptThatCannotBeSavedFailsAlone(t *testing.T) {
	t.Parallel()
	d := newDoorkeeper(t)
	first := d.save(t.Context(), t, "first", 0)
	<-d.came
	var saves []<-chan error
	for i, id := range []string{"a", "first", "b", "b", "c"} {
		saves = append(saves, d.save(t.Context(), t, id, i+1))
	}
	d.goOn <- struct{}{}
	require.NoError(t, <-first)
	for range 1 + len(saves) { // together, and then each alone
		<-d.came
		d.goOn <- struct{}{}
	}
	for i, done := range saves {
		err := <-done
		if i == 1 || i == 3 {
			require.ErrorContains(t, err, "save the receipt: ")
			continue
		}
		require.NoError(t, err)
	}
	d.requireKept(t, "c", "b", "a", "first")
}

// A caller that leaves while its receipt waits does not keep it, and delays no other.
func TestAReceiptWhoseCallerLeavesIsNotKept(t *testing.T) {
	t.Parallel()
	d := newDoorkeeper(t)
	first := d.save(t.Context(), t, "first", 0)
	<-d.came
	ctx, cancel := context.WithCancel(t.Context())
	leaves := d.save(ctx, t, "leaves", 1)
	stays := d.save(t.Context(), t, "stays", 2)
	cancel()
	require.ErrorIs(t, <-leaves, context.Canceled)
	d.goOn <- struct{}{}
	require.NoError(t, <-first)
	<-d.came
	d.goOn <- struct{}{}
	require.NoError(t, <-stays)
	d.requireKept(t, "stays", "first")
	require.ErrorIs(t, d.store.Save(ctx, plain("late", noon)), context.Canceled)
}

// A failed requirement in a hook of the pool ends the goroutine that runs the hook. No caller
// may wait forever because of that.
func TestAHookThatEndsItsGoroutineDoesNotStopTheStore(t *testing.T) {
	t.Parallel()
	config := pgtest.New(t).Config()
	var ended atomic.Bool
	config.PrepareConn = func(context.Context, *pgx.Conn) (bool, error) {
		if !ended.Swap(true) {
			runtime.Goexit()
		}
		return true, nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	store := receipt.NewStore(pool)
	require.ErrorContains(t, store.Save(t.Context(), plain("a", noon)), "a hook of the connection pool has ended this")
	require.NoError(t, store.Save(t.Context(), plain("b", noon)))
}
