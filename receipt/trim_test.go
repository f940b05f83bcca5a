package receipt_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

// An archive has receipts that were kept one minute after another, with the ids aa, ab, ac
// and so on.
type archive struct {
	*receipt.Store
	t    *testing.T
	pool *pgxpool.Pool
}

// newArchive keeps a receipt for each character of refused: an x is one of a refused decision.
// The last one is age old.
func newArchive(t *testing.T, refused string, age time.Duration) archive {
	a := archive{t: t, pool: pgtest.New(t)}
	a.Store = receipt.NewStore(a.pool)
	for i := range refused {
		r := receipt.Receipt{ID: name(i), Title: "T", Boundary: []dcb.QueryItem{{Tags: dcb.Tags{"course_id:a", "student_id:b"}}}, Attempts: []receipt.Attempt{{}}}
		if refused[i] == 'x' {
			r.Attempts[0].Refusal = "no"
		} else {
			r.Attempts[0].Wanted = []receipt.Event{{Data: []byte(`{}`)}}
		}
		require.NoError(t, a.Save(t.Context(), r))
		const makeOld = `
			with aged as (update decision_receipt set decided_at = statement_timestamp() - make_interval(secs => $2) where id = $1)
			update decision_receipt_listing set decided_at = statement_timestamp() - make_interval(secs => $2) where id = $1`
		_, err := a.pool.Exec(t.Context(), makeOld, r.ID, (age + time.Duration(len(refused)-1-i)*time.Minute).Seconds())
		require.NoError(t, err)
	}
	return a
}

func name(i int) string { return string([]byte{'a' + byte(i/26), 'a' + byte(i%26)}) }

// trims calls Trim with most and age, and requires that it removes this many receipts. It
// returns the ids that are left on every list, the oldest first.
func (a archive) trims(removed, most int, age time.Duration) (left []string) {
	a.t.Helper()
	got, err := a.Trim(a.t.Context(), most, age)
	require.NoError(a.t, err)
	require.Equal(a.t, removed, got)
	for _, filter := range []receipt.Filter{{}, {Races: true}, {About: dcb.Tags{"course_id:a"}}, {About: dcb.Tags{"student_id:b", "course_id:a"}}} {
		list, err := a.Latest(a.t.Context(), filter, 1000)
		require.NoError(a.t, err)
		left = ids(list)
		slices.Reverse(left)
	}
	var entries int
	require.NoError(a.t, a.pool.QueryRow(a.t.Context(), `select count(*) from decision_receipt_listing where id <> all ($1)`, left).Scan(&entries))
	require.Zero(a.t, entries, "what is removed is on no list")
	return left
}

func TestTrim(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "oxoxoox", time.Minute)
	assert.Len(t, a.trims(0, 7, 0), 7)
	assert.Equal(t, []string{"aa", "ac", "ae", "af", "ag"}, a.trims(2, 5, 0))
	assert.Equal(t, []string{"ae", "af"}, a.trims(3, 2, 0))
	assert.Len(t, a.trims(0, 0, 0), 2, "0 is no bound")
}

func TestTrimRemovesWhatIsTooOldRefusedOrNot(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "oxox", time.Hour)
	assert.Len(t, a.trims(0, 0, 64*time.Minute), 4)
	assert.Equal(t, []string{"ac", "ad"}, a.trims(2, 0, 61*time.Minute+30*time.Second))
	assert.Equal(t, []string{"ac"}, a.trims(1, 1, 2*time.Hour), "the other one is younger, and was refused")
	assert.Empty(t, a.trims(1, 0, time.Minute))
	assert.Empty(t, a.trims(0, 1, time.Minute))
}

func TestTrimLeavesWhatIsPinnedAndDoesNotCountIt(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "xoxox", time.Hour)
	for _, id := range []string{"aa", "ab"} {
		require.NoError(t, a.Pin(t.Context(), id, true))
		pinned, err := a.IsPinned(t.Context(), id)
		require.NoError(t, err)
		require.True(t, pinned)
	}
	assert.Equal(t, []string{"aa", "ab", "ad", "ae"}, a.trims(1, 2, 0))
	assert.Equal(t, []string{"aa", "ab"}, a.trims(2, 0, time.Minute))
	require.NoError(t, a.Pin(t.Context(), "aa", false))
	assert.Equal(t, []string{"ab"}, a.trims(1, 0, time.Minute))
}

func TestTrimRemovesWhatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "oo", time.Hour)
	_, err := a.pool.Exec(t.Context(), `update decision_receipt set receipt = '{"attempts": 1}' where id = 'aa'`)
	require.NoError(t, err)
	removed, err := a.Trim(t.Context(), 1, 0)
	require.NoError(t, err)
	require.Equal(t, 1, removed)
	left, err := a.Latest(t.Context(), receipt.Filter{}, 10)
	require.NoError(t, err)
	require.Equal(t, []string{"ab"}, ids(left))
	removed, err = a.Trim(t.Context(), 1, 0)
	require.NoError(t, err)
	require.Zero(t, removed, "it is counted no more")
}

func TestTrimLeavesWhatIsPinnedAtTheSameMoment(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "o", time.Hour)
	tx, err := a.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `update decision_receipt set pinned = true where id = 'aa'`)
	require.NoError(t, err)
	removed := make(chan int, 1)
	go func() {
		n, err := a.Trim(t.Context(), 0, time.Minute)
		assert.NoError(t, err)
		removed <- n
	}()
	require.Eventually(t, func() bool {
		var waiting bool
		err := a.pool.QueryRow(t.Context(), `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waiting)
		return err == nil && waiting
	}, time.Minute, time.Millisecond)
	require.NoError(t, tx.Commit(t.Context()))
	require.Zero(t, <-removed)
}

func TestTrimRemovesManyPartByPart(t *testing.T) {
	t.Parallel()
	const number = 600
	a := archive{t: t, pool: pgtest.New(t)}
	a.Store = receipt.NewStore(a.pool)
	for i := range number {
		r := receipt.Receipt{ID: name(i), Boundary: []dcb.QueryItem{{Tags: dcb.Tags{"course_id:a", "student_id:b"}}}, Attempts: []receipt.Attempt{{Refusal: "no"}}}
		require.NoError(t, a.Save(t.Context(), r))
	}
	assert.Equal(t, []string{name(number - 1)}, a.trims(number-1, 1, 0))
}

func TestTrimFailsWithoutADatabase(t *testing.T) {
	t.Parallel()
	a := newArchive(t, "o", time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, bounds := range []struct {
		most int
		age  time.Duration
	}{{0, time.Minute}, {1, 0}} {
		_, err := a.Trim(ctx, bounds.most, bounds.age)
		require.ErrorIs(t, err, context.Canceled)
	}
	_, err := a.IsPinned(ctx, "aa")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, a.Pin(ctx, "aa", true), context.Canceled)
}

func TestAMissingReceiptCannotBePinned(t *testing.T) {
	t.Parallel()
	store := receipt.NewStore(pgtest.New(t))
	for _, id := range []string{"zz", "not an id", "\x00", ""} {
		require.ErrorIs(t, store.Pin(t.Context(), id, true), receipt.ErrNotFound)
		pinned, err := store.IsPinned(t.Context(), id)
		require.NoError(t, err)
		require.False(t, pinned)
	}
}
