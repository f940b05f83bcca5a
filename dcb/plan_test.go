package dcb

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// pagesTouched returns how many pages of PostgreSQL a read by the query touches.
func pagesTouched(t *testing.T, pool *pgxpool.Pool, statement string, query Query, limit int) int {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
	_, err = tx.Exec(t.Context(), setPlan)
	require.NoError(t, err)
	var explained []struct {
		Plan struct {
			Hit  int `json:"Shared Hit Blocks"`
			Read int `json:"Shared Read Blocks"`
		}
	}
	var text []byte
	args := asSQL([]question{{query, 0}}, toTheEnd, bounds{limit, pageBytes, 1}, nil)
	require.NoError(t, tx.QueryRow(t.Context(), "explain (analyze, buffers, format json) "+statement, args...).Scan(&text))
	require.NoError(t, json.Unmarshal(text, &explained))
	return explained[0].Plan.Hit + explained[0].Plan.Read
}

// All events carry the tag of the tenant, fifty that of a customer, and none that of
// the new e-mail. To follow the tenant would be to read the log.
func TestAReadFollowsTheRarestOfItsTagsWhateverTheirOrder(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	const events = 30_000
	_, err := pool.Exec(t.Context(), fmt.Sprintf(`
		insert into dcb_event (position, id, type, tags, data)
		select n, gen_random_uuid(), 'A', array['tenant:1', 'customer:' || n %% %d], '{}' from generate_series(1, %d) as n`, events/50, events))
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`)
	require.NoError(t, err)

	for name, tags := range map[string]Tags{
		"none has":  {"tenant:1", "email:new"},
		"some have": {"tenant:1", "customer:7"},
		"of three":  {"customer:7", "tenant:1", "email:new"},
	} {
		for range 2 {
			for direction, statement := range map[string]string{"forwards": readSQL, "backwards": readBackwardsSQL} {
				touched := pagesTouched(t, pool, statement, NewQuery(tags), 1000)
				require.Less(t, touched, 700, "%s, %v, %s", name, tags, direction)
			}
			slices.Reverse(tags)
		}
	}
}

// To choose a tag, at most ten thousand events of each are counted. Where every tag has as many, one
// of them is followed all the same.
func TestAQueryFindsItsEventsHoweverManyEachOfItsTagsHas(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `
		insert into dcb_event (position, id, type, tags, data)
		select n, gen_random_uuid(), 'A', array['x', 'y'], '{}' from generate_series(1, 10000) as n`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`)
	require.NoError(t, err)
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)

	both := NewQuery(Tags{"x", "y"})
	read, err := store.last(t.Context(), both, At(10_000))
	require.NoError(t, err)
	require.Len(t, read, 1)
	require.EqualValues(t, 10_000, read[0].Position)
	_, err = store.AppendEvents(t.Context(), []InputEvent{{Type: "B", Data: []byte(`{}`)}}, both, 0)
	require.ErrorIs(t, err, ErrConflict)
}

// A plan is made when the statistics say that the log has a few events, on one page. To
// read that page as a whole is the cheapest then; but the log grows, and the plan stays.
func TestNoPlanReadsAYoungLogAsAWhole(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	for i := range 200 {
		if i == 20 {
			_, err := pool.Exec(t.Context(), `insert into dcb_consumer (name, position, event_id, recorded_at, until)
				select 'mailer', position, id, recorded_at, now() from dcb_event where position = 7`)
			require.NoError(t, err)
			_, err = pool.Exec(t.Context(), `analyze dcb_event, dcb_event_tag`)
			require.NoError(t, err)
		}
		place, err := store.look(t.Context(), "mailer")
		require.NoError(t, err)
		require.True(t, place.there)
		err = Decide(t.Context(), store, func(n *int) Boundary {
			return Boundary{Into(n, Project(0, Tags{"room:blue"}, OnAny(func(n int, _ Event) int { return n + 1 })))}
		}, func(int) ([]Fact, error) { return Facts(inRoom{"blue"}), nil })
		require.NoError(t, err)
	}
	for _, statement := range []string{readSQL, readBackwardsSQL} {
		for page, err := range store.pages(t.Context(), NewQuery(Tags{"room:blue"}, "InRoom").Or(NewQuery(nil, "InRoom")), ReadOptions{Backwards: statement == readBackwardsSQL}, Checkpoint{}) {
			require.NoError(t, err)
			require.Len(t, page.events, 200)
		}
	}
	pool.Reset() // the sessions tell of what they did when they end
	const scans = `select coalesce(sum(seq_scan), 0)::int from pg_stat_user_tables where relname in ('dcb_event', 'dcb_event_tag')`
	const idle = `select count(*) = 0 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
	require.Eventually(t, func() bool {
		var alone bool
		require.NoError(t, pool.QueryRow(t.Context(), idle).Scan(&alone))
		return alone
	}, time.Minute, time.Millisecond)
	var n int
	require.NoError(t, pool.QueryRow(t.Context(), scans).Scan(&n))
	require.Zero(t, n)
}
