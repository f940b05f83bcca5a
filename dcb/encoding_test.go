package dcb_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// A database in an encoding that can't hold every text takes what it can hold, and says
// what it can't. The connection has to be in UTF8.
func TestALogInLatin1TakesWhatItCanHold(t *testing.T) {
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
	store := openStore(t, pool)

	cheese := dcb.NewInputEvent("Käse", dcb.Tags{"käse:Gruyère"}, []byte(`{"käse":"Gruyère"}`))
	appendAll(t, store, cheese)
	for _, text := range []dcb.InputEvent{
		dcb.NewInputEvent("A", dcb.Tags{"日本"}, []byte(`{}`)),
		dcb.NewInputEvent("日本", nil, []byte(`{}`)),
		dcb.NewInputEvent("A", nil, []byte(`{"in":"日本"}`)),
	} {
		_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{text}, dcb.Query{}, 0)
		require.ErrorContains(t, err, `has no equivalent in encoding "LATIN1"`)
	}
	found := readAll(t, store, tagged("käse:Gruyère"), dcb.ReadOptions{})
	require.Len(t, found, 1)
	require.Equal(t, "Käse", found[0].Type)
	require.Equal(t, string(cheese.Data), string(found[0].Data))
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, tagged("käse:Gruyère"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.EqualValues(t, 2, appendAll(t, store, event("B")), "what was turned down left no gap")
}

// pgx sends UTF-8, whatever the connection says. Of two processes that say different things,
// each would store the same tag as another text, and not see what the other has stored.
func TestAConnectionThatSaysItIsInAnotherEncodingIsRefused(t *testing.T) {
	t.Parallel()
	latin := pgtest.Empty(t, "encoding 'LATIN1' template template0 locale 'C'")
	_, err := migrations.Apply(t.Context(), latin, nil)
	require.NoError(t, err)
	configured := pgtest.URL(t)
	pgtest.Configure(t, configured, "client_encoding = latin1")
	for _, url := range []string{latin, configured} {
		pool, err := pgxpool.New(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		_, err = dcb.NewEventStore(t.Context(), pool)
		require.EqualError(t, err, "open the event store: its connections send texts in UTF-8 and say that it is LATIN1, "+
			"so a tag would be another one than for others: add client_encoding=UTF8 to the connection string")
	}
}

// Two of the modes get times as texts. The others don't care.
func TestAConnectionWhoseTimesCanNotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pgtest.Configure(t, url, "DateStyle = German", "TimeZone = 'Asia/Kathmandu'")
	for _, mode := range pgtest.ExecModes {
		pool := openPool(t, pgtest.WithExecMode(url, mode))
		store, err := dcb.NewEventStore(t.Context(), pool)
		if mode == "exec" || mode == "simple_protocol" {
			require.EqualError(t, err, "open the event store: its default_query_exec_mode gets times as texts, and pgx can't read them in "+
				"DateStyle German, DMY: add DateStyle=ISO to the connection string", mode)
			continue
		}
		require.NoError(t, err, mode)
		t.Cleanup(store.Close)
		appendAll(t, store, event("A", dcb.Tag(mode)))
		found := readAll(t, store, tagged(dcb.Tag(mode)), dcb.ReadOptions{})
		require.Len(t, found, 1)
		require.WithinDuration(t, time.Now(), found[0].RecordedAt, time.Hour, mode)
	}
}

// SQL_ASCII is no encoding: such a database keeps the bytes that it is given.
func TestALogWithoutAnEncodingKeepsTextsAsTheyAre(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "encoding 'SQL_ASCII' template template0 locale 'C'")
	_, err := migrations.Apply(t.Context(), url, nil)
	require.NoError(t, err)
	store := openStore(t, openPool(t, url))
	appendAll(t, store, event("A", "日本"))
	require.Len(t, readAll(t, store, tagged("日本"), dcb.ReadOptions{}), 1)
}
