package receipt_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

// plain returns a receipt that says no more than when it ended.
func plain(id string, ended time.Time) receipt.Receipt {
	return receipt.Receipt{ID: id, StartedAt: ended.Add(-time.Second), Took: time.Second, Attempts: []receipt.Attempt{{}}}
}

func ids(receipts []receipt.Receipt) []string {
	found := []string{}
	for _, r := range receipts {
		found = append(found, r.ID)
	}
	return found
}

func TestAStoreReturnsAReceiptAsItWasRecorded(t *testing.T) {
	t.Parallel()
	log := newLog(t, chosen{"blue"}, opened{"blue", 2}, opened{"green", 2}, taken{"green", "<mei> & co"})
	want := record(t, meanwhile(t, log, chosen{"green"}), log, takeChosen{"ada"})
	require.NotNil(t, want.Attempts[0].Conflict)
	require.NotNil(t, want.Attempts[1].Moved)

	store := receipt.NewStore(pgtest.New(t))
	require.NoError(t, store.Save(t.Context(), want))
	got, err := store.Find(t.Context(), want.ID)
	require.NoError(t, err)
	require.True(t, want.StartedAt.Equal(got.StartedAt))
	got.StartedAt = want.StartedAt // the same moment, told by another clock
	require.Equal(t, want, got)
	latest, err := store.Latest(t.Context(), receipt.Filter{Races: true}, 1)
	require.NoError(t, err)
	latest[0].StartedAt = want.StartedAt
	require.Equal(t, []receipt.Receipt{want}, latest)
}

func TestAStoreListsTheLatestReceiptsFirst(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	here, there := receipt.NewStore(pool), receipt.NewStore(pool)
	for i, r := range []receipt.Receipt{ // by processes whose clocks differ
		plain("b", noon),
		plain("c", noon.Add(time.Hour)),
		plain("a", noon.Add(time.Microsecond)),
		plain("d", noon.Add(-time.Hour)),
	} {
		require.NoError(t, []*receipt.Store{here, there}[i%2].Save(t.Context(), r))
	}
	for n, want := range [][]string{{}, {"d"}, {"d", "a"}, {"d", "a", "c"}, {"d", "a", "c", "b"}, {"d", "a", "c", "b"}} {
		latest, err := here.Latest(t.Context(), receipt.Filter{Races: true}, n)
		require.NoError(t, err)
		assert.Equal(t, want, ids(latest), "the last %d", n)
	}
}

func TestAStoreFindsNothingUnderAnInvalidID(t *testing.T) {
	t.Parallel()
	store := receipt.NewStore(pgtest.New(t))
	require.NoError(t, store.Save(t.Context(), plain("abcdefghij", noon)))
	for _, id := range []string{"", "abcdefghi", "abcdefghijk", "ABCDEFGHIJ", "abc%", "a\x00b", "a\xffb", "' or true --", strings.Repeat("a", 100_000)} {
		_, err := store.Find(t.Context(), id)
		assert.Equal(t, receipt.ErrNotFound, err, "%.20q", id)
	}
}

func TestAStoreKeepsTheFirstOfTwoReceiptsWithOneID(t *testing.T) {
	t.Parallel()
	store := receipt.NewStore(pgtest.New(t))
	first, second := plain("abc", noon), plain("abc", noon)
	first.Title, second.Title = "first", "second"
	require.NoError(t, store.Save(t.Context(), first))
	require.ErrorContains(t, store.Save(t.Context(), second), "save the receipt: ")
	got, err := store.Find(t.Context(), "abc")
	require.NoError(t, err)
	require.Equal(t, "first", got.Title)
}

func TestAnOutageIsNotAMissingReceipt(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := receipt.NewStore(pool)
	pool.Close()
	require.ErrorContains(t, store.Save(t.Context(), plain("abc", noon)), "save the receipt: ")
	_, err := store.Find(t.Context(), "abc")
	require.ErrorContains(t, err, "read receipts: ")
	require.NotErrorIs(t, err, receipt.ErrNotFound)
	_, err = store.Latest(t.Context(), receipt.Filter{Races: true}, 1)
	require.ErrorContains(t, err, "read receipts: ")
	_, err = store.After(t.Context(), receipt.Filter{}, "abc", 1)
	require.ErrorContains(t, err, "read receipts: ")
	_, err = store.Titles(t.Context(), []string{"abc"})
	require.ErrorContains(t, err, "read receipts: ")
	_, err = store.Kept(t.Context(), []string{"abc"})
	require.ErrorContains(t, err, "look for receipts: ")
}

func TestAReceiptThatCannotBeWrittenAsJSONIsNotKept(t *testing.T) {
	t.Parallel()
	store := receipt.NewStore(pgtest.New(t))
	broken := plain("abc", noon)
	broken.Input = []byte("{")
	require.ErrorContains(t, store.Save(t.Context(), broken), "save the receipt: ")
}

func TestAReceiptThatCannotBeDecodedIsAnError(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := receipt.NewStore(pool)
	require.NoError(t, store.Save(t.Context(), plain("abc", noon)))
	_, err := pool.Exec(t.Context(), `update decision_receipt set receipt = '{"command": 7}'`)
	require.NoError(t, err)
	_, err = store.Find(t.Context(), "abc")
	require.ErrorContains(t, err, "read receipts: ")
	_, _, err = store.LatestAppends(t.Context(), "take", 1)
	require.ErrorContains(t, err, "read receipts: ")
}
