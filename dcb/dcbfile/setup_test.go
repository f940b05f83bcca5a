package dcbfile_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/pgtest"
)

// oddLog returns a database whose log has 1,007 events of all kinds.
func oddLog(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	ctx := dcb.WithCorrelationID(t.Context(), "request \"1\"\n\u2028<é>")
	appendTo := func(events ...dcb.InputEvent) {
		_, err := store.AppendEvents(ctx, events, dcb.Query{}, 0)
		require.NoError(t, err)
	}
	caused := dcb.NewInputEvent("Odd \"type\" \\ ü 🎓", dcb.Tags{`a "quoted" tag`, `back\slash`, "{braces,commas}", "NULL", "ünï🎓", "\x01\u2028", "a b"}, []byte("{\"b\": 1,\r\n\t\"a\":  [ ],\"a\":2, \"c\":\"\\u0000\\ud800 <&>\" } \n"))
	caused.CausationID = "it's \\ caused"
	appendTo(caused, dcb.NewInputEvent("Untagged", nil, []byte(` null `)), dcb.NewInputEvent("Repeated", dcb.Tags{"b", "a", "b"}, []byte(`1e400`)))
	large := `{"large":"` + strings.Repeat(`é\n`, 500_000) + `"}`
	appendTo(dcb.NewInputEvent("Large", dcb.Tags{dcb.Tag(strings.Repeat("t", 1000))}, []byte(large)))
	ctx = dcb.WithMetadata(dcb.WithMetadata(t.Context(), "who", "ada <ä>"), "trace", "")
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		var events []dcb.InputEvent
		for range 100 {
			tags := dcb.NewTags("course", fmt.Sprint(random.IntN(20)), "student", fmt.Sprint(random.IntN(50)))
			events = append(events, dcb.NewInputEvent(fmt.Sprintf("Type%d", random.IntN(5)), tags[:random.IntN(3)], []byte(`{}`)))
		}
		appendTo(events...)
	}
	// As they were stored before 0006_dcb_append.sql, and with times at the edges.
	_, err := pool.Exec(t.Context(), `
		update dcb_event set append_rest = null, bytes = null where position between 5 and 8;
		update dcb_event set recorded_at = '0001-01-01 00:00:00.000001+00' where position = 5;
		update dcb_event set recorded_at = '9999-12-31 23:59:59.999999+00' where position = 6;
		update dcb_event set causation_id = '', correlation_id = '' where position = 7;
		update dcb_event set metadata = ' {"odd" : "\u0041\n\"<&>", "ü":"🎓" } ' where position = 8`)
	require.NoError(t, err)
	store.Close()
	appendThree(t, pool)
	return pool
}

func appendThree(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	store := openStore(t, pool)
	for n := range 3 {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Last", dcb.NewTags("n", fmt.Sprint(n)), []byte(`{}`))}, dcb.Query{}, 0)
		require.NoError(t, err)
	}
}

// connect opens a pool on a database.
func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func openStore(t testing.TB, pool *pgxpool.Pool) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// export returns the file of a log.
func export(t testing.TB, pool *pgxpool.Pool) (file string, summary dcbfile.Summary) {
	t.Helper()
	var out bytes.Buffer
	summary, err := dcbfile.Export(t.Context(), pool, &out, nil)
	require.NoError(t, err)
	return out.String(), summary
}

// textsOf returns the texts that a query finds.
func textsOf(t testing.TB, pool *pgxpool.Pool, sql string) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), sql)
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return found
}

// contents returns all rows of the log as texts, without bytes, which Import counts again.
func contents(t testing.TB, pool *pgxpool.Pool) (events, tags []string) {
	t.Helper()
	events = textsOf(t, pool, `select row(position, id, type, tags, data::text, causation_id, correlation_id, metadata::text, recorded_at, append_rest)::text from dcb_event order by position`)
	tags = textsOf(t, pool, `select t::text from dcb_event_tag t order by t.tag, t.position`)
	return events, tags
}

const unfinished = "open the event store: an import into its log is not finished: import the same file again to go on, or discard what was stored"

// cutOff returns the first lines of a file.
func cutOff(file string, lines int) io.Reader {
	return strings.NewReader(strings.Join(strings.SplitAfter(file, "\n")[:lines], ""))
}

// made returns the file of a log, after a change to its lines. The digest is right.
func made(events int, change func(lines []string) []string) string {
	lines := []string{fmt.Sprintf(`{"format":"dcb events","version":1,"events":%d}`, events)}
	for n := 1; n <= events; n++ {
		lines = append(lines, lineOf(n))
	}
	if change != nil {
		lines = change(lines)
	}
	text := strings.Join(lines, "\n") + "\n"
	return fmt.Sprintf("%s{\"sha256\":\"%x\"}\n", text, sha256.Sum256([]byte(text)))
}

// fat makes a file with events of 5 kB: 5,000 of them are 25 MB, which is four batches.
func fat(events int, change func(lines []string) []string) string {
	pad := fmt.Sprintf(`,\"pad\":\"%s\"}","rec`, strings.Repeat("x", 5000))
	return made(events, func(lines []string) []string {
		for i := range lines[1:] {
			lines[i+1] = strings.Replace(lines[i+1], `}","rec`, pad, 1)
		}
		if change != nil {
			lines = change(lines)
		}
		return lines
	})
}

// batchEnd returns the position of the last event of the n-th batch of a file.
func batchEnd(file string, n int) (position int64) {
	bytes := 0
	for line := range strings.Lines(file[strings.Index(file, "\n")+1:]) {
		position++
		if bytes += len(line); bytes < 8<<20 {
			continue
		}
		bytes = 0
		if n--; n == 0 {
			break
		}
	}
	return position
}

func lineOf(n int) string {
	return fmt.Sprintf(`{"position":%d,"id":"0195b2f0-0000-7000-8000-%012x","type":"Noted","tags":["n:%d","all"],"data":"{\"n\":%d}","recorded_at":"2026-03-20T10:00:00Z","append_rest":0}`, n, n, n%100, n)
}

// requireEmpty requires that the log is empty and can be used.
func requireEmpty(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	events, tags := contents(t, pool)
	require.Empty(t, events)
	require.Empty(t, tags)
	position, err := openStore(t, pool).AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("First", nil, []byte(`{}`))}, dcb.AllEvents(), 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, position)
}

// digestOf returns the digest that the last line of a file should have.
func digestOf(file string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(file, "\n"), "\n")
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(lines[:len(lines)-1], ""))))
}
