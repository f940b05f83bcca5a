package dcbfile_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

func TestALogComesBackAsItWas(t *testing.T) {
	t.Parallel()
	original := oddLog(t)
	file, exported := export(t, original)
	require.EqualValues(t, 1007, exported.Events)

	var told [][2]int64
	copied := pgtest.New(t)
	imported, err := dcbfile.Import(t.Context(), copied, strings.NewReader(file), func(done, total int64) { told = append(told, [2]int64{done, total}) })
	require.NoError(t, err)
	require.Equal(t, exported, imported)
	require.Equal(t, [][2]int64{{0, 1007}, {1007, 1007}}, told)

	again, exportedAgain := export(t, copied)
	require.Equal(t, exported, exportedAgain)
	require.Equal(t, file, again)

	events, tags := contents(t, original)
	copiedEvents, copiedTags := contents(t, copied)
	require.Len(t, events, 1007)
	require.Equal(t, events, copiedEvents)
	require.NotEmpty(t, tags)
	require.Equal(t, tags, copiedTags, "conditions hold if the index is the same")

	var wrong int
	const countedWrong = `
		select count(*) from dcb_event
		where bytes is distinct from octet_length(data::text)
			+ (select coalesce(sum(octet_length(tag)), 0) from unnest(tags) as tag)
			+ (select coalesce(sum(octet_length(key) + octet_length(value)), 0) from json_each_text(metadata))`
	require.NoError(t, copied.QueryRow(t.Context(), countedWrong).Scan(&wrong))
	require.Zero(t, wrong, "the bytes of each are counted, also of those that had none")
}

// Without this test, a new column of the log would be missing in the file.
func TestEveryColumnIsInTheFile(t *testing.T) {
	t.Parallel()
	var columns []string
	const ofTheLog = `select array_agg(attname::text order by attnum) from pg_attribute where attrelid = 'dcb_event'::regclass and attnum > 0`
	require.NoError(t, pgtest.New(t).QueryRow(t.Context(), ofTheLog).Scan(&columns))
	require.Equal(t, []string{
		"position", "id", "type", "tags", "data", "causation_id", "correlation_id", "recorded_at", "append_rest",
		"bytes", // which Import counts anew
		"metadata",
	}, columns, "write it in dcbfile, too, and compare it in contents")
}

func TestTheFileIsWhatTheDocSays(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `
		insert into dcb_event (position, id, type, tags, data, recorded_at, append_rest, causation_id, correlation_id, metadata)
		values (1, '0195b2f0-0000-7000-8000-000000000001', 'SeatTaken', '{seat:12A}', '{"by":"ada"}', '2026-03-20 11:00:00.123456+01', 0, null, null, null),
		       (2, '0195b2f0-0000-7000-8000-000000000002', 'SeatLeft', '{}', '{"by": "<ada>"}', '2026-03-20 10:00:01Z', null, 'why', 'request', '{"who":"ada"}')`)
	require.NoError(t, err)
	file, summary := export(t, pool)
	lines := `{"format":"dcb events","version":1,"events":2}
{"position":1,"id":"0195b2f0-0000-7000-8000-000000000001","type":"SeatTaken","tags":["seat:12A"],"data":"{\"by\":\"ada\"}","recorded_at":"2026-03-20T10:00:00.123456Z","append_rest":0}
{"position":2,"id":"0195b2f0-0000-7000-8000-000000000002","type":"SeatLeft","tags":[],"data":"{\"by\": \"<ada>\"}","causation_id":"why","correlation_id":"request","metadata":"{\"who\":\"ada\"}","recorded_at":"2026-03-20T10:00:01Z"}
`
	sum := sha256.Sum256([]byte(lines))
	digest := hex.EncodeToString(sum[:])
	require.Equal(t, lines+`{"sha256":"`+digest+`"}`+"\n", file)
	require.Equal(t, dcbfile.Summary{Events: 2, SHA256: digest}, summary)
}

func TestAnEmptyLogIsAFileToo(t *testing.T) {
	t.Parallel()
	file, exported := export(t, pgtest.New(t))
	require.Equal(t, 2, strings.Count(file, "\n"))
	pool := pgtest.New(t)
	imported, err := dcbfile.Import(t.Context(), pool, strings.NewReader(file), nil)
	require.NoError(t, err)
	require.Equal(t, exported, imported)
	appendThree(t, pool)
}

// twins returns a database with a log, and one with its imported copy.
func twins(t *testing.T) (original, copied *pgxpool.Pool) {
	t.Helper()
	original, copied = oddLog(t), pgtest.New(t)
	file, _ := export(t, original)
	_, err := dcbfile.Import(t.Context(), copied, strings.NewReader(file), nil)
	require.NoError(t, err)
	return original, copied
}

func TestAReaderGoesOnInAnImportedLog(t *testing.T) {
	t.Parallel()
	original, copied := twins(t)
	first, second := openStore(t, original), openStore(t, copied)
	read, err := first.Head(t.Context())
	require.NoError(t, err)
	found, _, err := second.ReadSince(t.Context(), dcb.AllEvents(), read)
	require.NoError(t, err)
	require.Empty(t, found)
}

// Every condition of a tag, a type or both has the same outcome in both logs.
func TestConditionsHoldInAnImportedLogAsInTheOriginal(t *testing.T) {
	t.Parallel()
	pool, copied := twins(t)
	first, second := openStore(t, pool), openStore(t, copied)
	queries := []dcb.Query{dcb.AllEvents()}
	types := textsOf(t, pool, `select distinct type from dcb_event`)
	for _, tag := range textsOf(t, pool, `select distinct tag from dcb_event_tag`) {
		queries = append(queries, dcb.NewQuery(dcb.Tags{dcb.Tag(tag)}), dcb.NewQuery(dcb.Tags{dcb.Tag(tag)}, types[0]))
	}
	for _, eventType := range types {
		queries = append(queries, dcb.NewQuery(nil, eventType))
	}
	require.Greater(t, len(queries), 150)
	for _, query := range queries {
		want, head, err := first.ReadSince(t.Context(), query, dcb.Checkpoint{})
		require.NoError(t, err)
		found, headFound, err := second.ReadSince(t.Context(), query, dcb.Checkpoint{})
		require.NoError(t, err)
		require.Equal(t, head, headFound)
		require.Equal(t, want, found)
		if len(want) == 0 {
			continue
		}
		// A condition after the last event that it matches would hold; one before it does not.
		last := want[len(want)-1].Position
		for _, store := range []*dcb.Store{first, second} {
			_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Never", nil, []byte(`{}`))}, query, last-1)
			require.ErrorIs(t, err, dcb.ErrConflict)
		}
	}
	for _, store := range []*dcb.Store{first, second} {
		position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Next", nil, []byte(`{}`))}, dcb.AllEvents(), 1007)
		require.NoError(t, err)
		require.EqualValues(t, 1008, position)
	}
}

func TestAnImportedLogRecognisesARepeatedAppend(t *testing.T) {
	t.Parallel()
	_, pool := twins(t)
	copied := openStore(t, pool)
	_, err := copied.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Next", nil, []byte(`{}`))}, dcb.AllEvents(), 1007)
	require.NoError(t, err)
	for e, err := range copied.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: 1006, Limit: 1}) {
		require.NoError(t, err)
		position, err := copied.AppendEvents(t.Context(), []dcb.InputEvent{{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data}}, dcb.Query{}, 0)
		require.NoError(t, err)
		require.Equal(t, e.Position, position)
	}
}

func TestAConsumerGoesOnInTheImportedLog(t *testing.T) {
	t.Parallel()
	original, copied := twins(t)
	// follow lets the consumer handle all that is there, and returns what it handled.
	follow := func(store *dcb.Store, from dcb.Checkpoint) (handled []int64) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- store.Follow(ctx, dcb.Consumer{Name: "list", Query: dcb.AllEvents(), From: from, Handle: func(_ context.Context, _ pgx.Tx, events []dcb.Event) error {
				for _, e := range events {
					handled = append(handled, e.Position)
				}
				return nil
			}})
		}()
		for lag := int64(1); lag > 0; {
			var err error
			_, lag, err = store.Place(t.Context(), "list")
			require.NoError(t, err)
		}
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
		return handled
	}
	first, second := openStore(t, original), openStore(t, copied)
	require.Len(t, follow(first, dcb.Checkpoint{}), 1007)
	place, _, err := first.Place(t.Context(), "list")
	require.NoError(t, err)
	appendThree(t, copied)
	require.Equal(t, []int64{1008, 1009, 1010}, follow(second, place))
}

func TestItWorksInEveryExecModeAndBehindAPooler(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	original := oddLog(t)
	file, exported := export(t, original)
	direct := original.Config().ConnString()
	pooler := pgtest.StartPooler(t)
	ways := map[string]func(url string) string{
		"pooler": func(url string) string { return pgtest.WithExecMode(pooler.Through(url), "exec") },
	}
	for _, mode := range pgtest.ExecModes {
		ways[mode] = func(url string) string { return pgtest.WithExecMode(url, mode) }
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := func(url string) *pgxpool.Pool {
				pool := connect(t, way(url))
				return pool
			}
			again, _ := export(t, open(direct))
			require.Equal(t, file, again)
			empty := open(pgtest.URL(t))
			imported, err := dcbfile.Import(t.Context(), empty, strings.NewReader(file), nil)
			require.NoError(t, err)
			require.Equal(t, exported, imported)
			_, again2 := export(t, empty)
			require.Equal(t, exported, again2)
		})
	}
}

// Import uses the log that a store on the pool would open.
func TestALogInASchemaOfItsOwn(t *testing.T) {
	t.Parallel()
	original := oddLog(t)
	file, exported := export(t, original)
	config := original.Config()
	config.ConnConfig.RuntimeParams["search_path"] = `"odd ""% schema", public`
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `create schema "odd ""% schema"; create table dcb_event (like public.dcb_event including all); create table dcb_event_tag (like public.dcb_event_tag including all)`)
	require.NoError(t, err)

	// While it is not finished, a store does not use the next log of the search path.
	_, err = dcbfile.Import(t.Context(), pool, cutOff(file, 100), nil)
	require.ErrorContains(t, err, "it was cut off")
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.EqualError(t, err, unfinished)

	_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(file), nil)
	require.NoError(t, err)
	_, again := export(t, pool)
	require.Equal(t, exported, again)
	_, untouched := export(t, original)
	require.Equal(t, exported, untouched)
}
