package receipt_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver, which goose needs
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
	"go-crablet/receipt"
)

// anyReceipts returns n random receipts: of all kinds, about different things, and some of
// the same moment.
func anyReceipts(n int) []receipt.Receipt {
	random := rand.New(rand.NewPCG(1, 2))
	tags := func() dcb.Tags {
		return []dcb.Tags{
			dcb.NewTags("course_id", "a"),
			dcb.NewTags("course_id", "a", "student_id", "x"),
			dcb.NewTags("student_id", "y"),
			dcb.NewTags("request", "r", "asked", "0"),
			nil,
		}[random.IntN(5)]
	}
	receipts := make([]receipt.Receipt, n)
	for i := range receipts {
		r := receipt.Receipt{
			ID:        fmt.Sprintf("%c%c", 'a'+random.IntN(26), 'a'+i%26) + fmt.Sprint(i%8, i%7)[:1] + string(rune('a'+i/26)),
			StartedAt: time.Date(2026, 3, 1, 12, 0, random.IntN(n/3), 0, time.UTC),
			Title:     "a NUL \x00\x00, and what looks like one: \\u0000 \\",
			Boundary:  []dcb.QueryItem{{Tags: tags(), Types: []string{"Taken"}}, {Tags: tags()}},
		}
		if random.IntN(3) == 0 {
			r.CorrelationID = "race-abcdefghij"
		}
		for range random.IntN(3) {
			lost := receipt.Attempt{Wanted: []receipt.Event{{Tags: tags(), Data: []byte(`{"a": "\u0000"}`)}}, Conflict: &receipt.Conflict{}}
			if random.IntN(2) == 0 {
				lost.Moved = &receipt.Moved{Boundary: []dcb.QueryItem{{Tags: tags()}}}
			}
			r.Attempts = append(r.Attempts, lost)
		}
		last := receipt.Attempt{}
		switch random.IntN(4) {
		case 0:
			last.Refusal = "no"
		case 1:
			last.Conflict = &receipt.Conflict{GaveUp: true}
			last.Wanted = []receipt.Event{{Tags: tags(), Data: []byte(`{}`)}}
		case 2:
			last.Wanted = []receipt.Event{{Tags: tags(), Data: []byte(`{}`)}, {Tags: tags(), Data: []byte(`{}`)}}
		}
		r.Attempts = append(r.Attempts, last)
		receipts[i] = r
	}
	return receipts
}

// everyFilter returns all filters about the things that anyReceipts are about.
func everyFilter() []receipt.Filter {
	var filters []receipt.Filter
	for _, kind := range []receipt.Kind{receipt.AnyKind, receipt.KindConflicted, receipt.KindRefused, receipt.KindLost} {
		for _, about := range []dcb.Tags{nil, {"course_id:a"}, {"student_id:x"}, {"student_id:y", "course_id:a"}, {"student_id:nobody"}} {
			for _, races := range []bool{false, true} {
				filters = append(filters, receipt.Filter{Kind: kind, About: about, Races: races})
			}
		}
	}
	return filters
}

// listed returns the ids of the receipts that a filter lists, the latest first.
func listed(receipts []receipt.Receipt, f receipt.Filter) []string {
	shown := slices.Clone(receipts)
	slices.SortFunc(shown, func(a, b receipt.Receipt) int {
		if c := b.StartedAt.Compare(a.StartedAt); c != 0 {
			return c
		}
		return -cmpText(a.ID, b.ID)
	})
	found := []string{}
	for _, r := range shown {
		race := r.CorrelationID != ""
		about := !slices.ContainsFunc(f.About, func(tag dcb.Tag) bool { return !slices.Contains(r.About(), tag) })
		kind := map[receipt.Kind]bool{
			receipt.AnyKind:        true,
			receipt.KindConflicted: r.Conflicts() > 0,
			receipt.KindRefused:    r.Outcome() == receipt.Refused,
			receipt.KindLost:       r.Outcome() == receipt.Lost,
		}[f.Kind]
		if about && kind && (!race || f.Races || len(f.About) > 0) {
			found = append(found, r.ID)
		}
	}
	return found
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func requireLists(t *testing.T, store *receipt.Store, receipts []receipt.Receipt) {
	t.Helper()
	const perPage = 7
	some := 0
	for _, filter := range everyFilter() {
		want := listed(receipts, filter)
		some += min(1, len(want))
		var down, up []string
		page, err := store.Latest(t.Context(), filter, perPage)
		require.NoError(t, err)
		for len(page) > 0 {
			down = append(down, ids(page)...)
			page, err = store.Before(t.Context(), filter, page[len(page)-1].ID, perPage)
			require.NoError(t, err)
		}
		require.ElementsMatch(t, want, down, "%+v", filter)
		require.Equal(t, want, append([]string{}, down...), "%+v", filter)
		if len(want) == 0 {
			continue
		}
		last := want[len(want)-1]
		for from := last; ; from = up[0] {
			page, err = store.After(t.Context(), filter, from, perPage)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			up = append(ids(page), up...)
		}
		require.Equal(t, want, append(up, last), "%+v", filter)
	}
	require.Equal(t, 32, some, "filters that let something through")
}

func TestEveryListHasItsReceipts(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := receipt.NewStore(pool)
	receipts := anyReceipts(150)
	for _, r := range receipts {
		require.NoError(t, store.Save(t.Context(), r))
		for _, table := range []string{"decision_receipt", "decision_receipt_listing"} { // several in one moment
			_, err := pool.Exec(t.Context(), `update `+table+` set decided_at = $2 where id = $1`, r.ID, r.StartedAt)
			require.NoError(t, err)
		}
	}
	requireLists(t, store, receipts)
}

// The lists came later than the receipts.
func TestReceiptsOfOlderVersionsAreOnTheSameLists(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(pgtest.URL(t))
	require.NoError(t, err)
	query := address.Query()
	query.Set("search_path", "older")
	address.RawQuery = query.Encode()
	pool, err := pgxpool.New(t.Context(), address.String())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `create schema older`)
	require.NoError(t, err)

	db, err := sql.Open("pgx", address.String())
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files)
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), 4)
	require.NoError(t, err)
	receipts := anyReceipts(150)
	for _, r := range receipts {
		encoded, err := json.Marshal(r)
		require.NoError(t, err)
		const before = `insert into decision_receipt (id, decided_at, receipt) values ($1, $2, $3)`
		_, err = pool.Exec(t.Context(), before, r.ID, r.StartedAt, string(encoded))
		require.NoError(t, err)
	}
	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	requireLists(t, receipt.NewStore(pool), receipts)
}

func TestARaceIsRecognisedByItsCorrelationID(t *testing.T) {
	for correlation, want := range map[string]string{"race-abcdefghij": "abcdefghij", "race-": "", "a race-abcdefghij": "", "0198c5a6-7b21-7cc4-9d38-0a4f2f1e6b11": "", "": ""} {
		id, is := receipt.Receipt{CorrelationID: correlation}.Race()
		assert.Equal(t, want, id, correlation)
		assert.Equal(t, want != "", is, correlation)
	}
}

func TestADecisionIsNotAboutItsRequest(t *testing.T) {
	t.Parallel()
	r := receipt.Receipt{
		Boundary: []dcb.QueryItem{{Tags: dcb.Tags{"request:r1"}}, {Tags: dcb.Tags{"course_id:a"}, Types: []string{"Taken"}}},
		Attempts: []receipt.Attempt{{Wanted: []receipt.Event{{Tags: dcb.Tags{"student_id:x", "request:r1", "asked:b2b0ccb958366ac0"}}}}},
	}
	assert.Equal(t, dcb.Tags{"course_id:a", "student_id:x"}, r.About())
}
