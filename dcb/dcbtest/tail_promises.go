package dcbtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A follower collects the events of a tail in the background.
type follower struct {
	mu       sync.Mutex
	events   []dcb.Event
	position int64
	stood    []int64 // the positions after each step
	errs     []error
	zero     bool // no error came with progress
	ended    <-chan struct{}
}

// follow starts a tail. It ends with the test.
func follow(ctx context.Context, t *testing.T, store Store, query dcb.Query, after int64) *follower {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	f := &follower{position: after, zero: true}
	f.ended = inBackground(func() {
		for progress, err := range store.Tail(ctx, query, dcb.At(after)) {
			f.see(progress, err)
		}
	})
	t.Cleanup(func() {
		cancel()
		<-f.ended
	})
	return f
}

func (f *follower) see(progress dcb.Progress, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.errs = append(f.errs, err)
		f.zero = f.zero && progress.Events == nil && progress.Position == 0
	}
	f.events = append(f.events, progress.Events...)
	f.position = max(f.position, progress.Position)
	f.stood = append(f.stood, progress.Position)
}

// reaches waits until the tail has come to a position, and returns its events so far.
func (f *follower) reaches(t *testing.T, position int64) []dcb.Event {
	t.Helper()
	require.Eventually(t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.position >= position
	}, soon, time.Millisecond, "the tail comes to position %d", position)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.events
}

// ends waits until the loop is over, and returns its last error.
func (f *follower) ends(t *testing.T) error {
	t.Helper()
	select {
	case <-f.ended:
	case <-time.After(soon):
		require.FailNow(t, "the tail did not end")
	}
	require.NotEmpty(t, f.errs, "the tail ended without an error")
	return f.errs[len(f.errs)-1]
}

// fails waits until the loop has an error, and returns the first one.
func (f *follower) fails(t *testing.T) error {
	t.Helper()
	var err error
	require.Eventually(t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.errs) > 0 {
			err = f.errs[0]
		}
		return err != nil
	}, soon, time.Millisecond, "the tail tells an error")
	return err
}

func tailsFollow(t *testing.T, s *site) {
	appendTo(t, s.store, event("B", "x"), event("A", "x"), event("C"))
	all := follow(t.Context(), t, s.other, dcb.AllEvents(), 0)
	some := follow(t.Context(), t, s.store, tagged("x").Or(tagged("y")), 1)
	all.reaches(t, 3)
	var last int64
	for range 5 {
		last = appendTo(t, s.store, event("C", "y"), event("B"), event("A", "x", "y"))
		all.reaches(t, last)
		last = appendTo(t, s.other, event("B", "x"))
	}
	assert.Equal(t, readFrom(t, s.store, dcb.AllEvents(), 0), all.reaches(t, last))
	assert.Equal(t, []int64{2, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23}, positions(some.reaches(t, last)))
	assert.Equal(t, []int64{22, 23}, positions(follow(t.Context(), t, s.store, tagged("x"), 20).reaches(t, last)))
}

func tailsMoveOn(t *testing.T, s *site) {
	rare := follow(t.Context(), t, s.store, tagged("rare"), 0)
	for range 3 {
		require.Empty(t, rare.reaches(t, appendTo(t, s.other, event("A"))))
	}
	require.Equal(t, []int64{4}, positions(rare.reaches(t, appendTo(t, s.other, event("A", "rare"), event("A")))))
}

// tailsShowWholeAppends lets a tail catch up with appends that are larger than the pages that
// a store may read.
func tailsShowWholeAppends(t *testing.T, s *site) {
	whole := map[int64]bool{}
	var last int64
	for n := range 6 {
		many := []dcb.InputEvent{event("A", "rare")}
		for range 400 * n {
			many = append(many, event("B"))
		}
		last = appendTo(t, s.store, many...)
		whole[last] = true
	}
	for _, query := range []dcb.Query{dcb.AllEvents(), dcb.NewQuery(nil, "B")} {
		tail := follow(t.Context(), t, s.other, query, 0)
		tail.reaches(t, last)
		for _, end := range tail.stood {
			require.True(t, whole[end], "a tail shows a part of an append: it ends at %d", end)
		}
	}
}

// tailsMissNothing holds an append in its commit, and lets another append pass it, if it
// can, and be seen by the tail.
func tailsMissNothing(t *testing.T, s *site) {
	tail := follow(t.Context(), t, s.other, dcb.AllEvents(), 0)
	release := s.holdCommits(t)
	held := inBackground(func() { appendHere(t, s.store, event("Held", "seat:1")) })
	s.asFarAsItGoes(t, held, 1)
	other := inBackground(func() { appendHere(t, s.other, event("Other", "seat:2")) })
	s.asFarAsItGoes(t, other, 2)
	_, head, err := s.other.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	tail.reaches(t, head.Position)
	release()
	<-held
	<-other
	require.Equal(t, []int64{1, 2}, positions(tail.reaches(t, 2)))
}

// tailsOutliveConnections ends the connections of a tail while it waits.
func tailsOutliveConnections(t *testing.T, s *site) {
	store := s.openStore(t, func(config *pgxpool.Config) {
		config.ConnConfig.RuntimeParams["application_name"] = "a tail"
	})
	tail := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	for range 3 {
		// In a transaction, so that behind a pooler this is another session than the tail's.
		beside, err := s.pool.Begin(t.Context())
		require.NoError(t, err)
		tail.reaches(t, appendTo(t, s.other, event("A")))
		var ended int
		require.NoError(t, beside.QueryRow(t.Context(), `
			select count(pg_terminate_backend(pid)) from pg_stat_activity
			where datname = current_database() and application_name = 'a tail' and pid <> pg_backend_pid()`).Scan(&ended))
		require.NoError(t, beside.Commit(t.Context()))
		require.NotZero(t, ended)
		tail.reaches(t, appendTo(t, s.other, event("A"), event("B")))
	}
	last := appendTo(t, s.other, event("C"))
	require.Equal(t, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, positions(tail.reaches(t, last)))
	require.True(t, tail.zero, "an outage comes without progress")
}

// slowTailsDelayNobody follows next to a tail whose body does not return.
func slowTailsDelayNobody(t *testing.T, s *site) {
	ctx, cancel := context.WithCancel(t.Context())
	reached, block := make(chan struct{}), make(chan struct{})
	slow := inBackground(func() {
		for _, err := range s.store.Tail(ctx, dcb.AllEvents(), dcb.Checkpoint{}) {
			assert.NoError(t, err)
			close(reached)
			<-block
			return
		}
	})
	appendTo(t, s.store, event("A"))
	<-reached
	defer func() {
		cancel()
		close(block)
		<-slow
	}()
	tail := follow(t.Context(), t, s.store, dcb.AllEvents(), 0)
	require.Len(t, tail.reaches(t, appendTo(t, s.store, event("B"))), 2)
}

func tailsEnd(t *testing.T, s *site) {
	ctx, cancel := context.WithCancel(t.Context())
	withContext := follow(ctx, t, s.store, dcb.AllEvents(), 0)
	withStore := follow(t.Context(), t, s.store, dcb.AllEvents(), 0)
	last := appendTo(t, s.store, event("A"))
	withContext.reaches(t, last)
	withStore.reaches(t, last)

	cancel()
	require.ErrorIs(t, withContext.ends(t), context.Canceled)
	s.store.Close()
	require.ErrorIs(t, withStore.ends(t), dcb.ErrClosed)
	withBadQuery := follow(t.Context(), t, s.other, dcb.NewQuery(nil), 0)
	require.ErrorAs(t, withBadQuery.ends(t), new(dcb.InputError))
	require.True(t, withContext.zero && withStore.zero && withBadQuery.zero, "the last pair has no progress")
}

// appendHere is for goroutines other than that of the test.
func appendHere(t *testing.T, log dcb.Log, e dcb.InputEvent) {
	t.Helper()
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{e}, tagged(e.Tags...), dcb.Checkpoint{})
	assert.NoError(t, err)
}
