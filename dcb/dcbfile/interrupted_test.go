package dcbfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

const goOnOrDiscard = "; the import is not finished, and nobody can use the log: import the same file again to go on, or discard what was stored"

var (
	many     = fat(5000, nil)
	goesOnAt = batchEnd(many, 2) // where a second import begins
)

// interrupt imports all but the last 500 events of a file with 5,000.
func interrupt(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	torn := errors.New("the line is torn")
	_, err := dcbfile.Import(t.Context(), pool, io.MultiReader(cutOff(many, 4500), iotest.ErrReader(torn)), nil)
	require.EqualError(t, err, "import a log: the line is torn"+goOnOrDiscard)
	require.ErrorIs(t, err, torn)
}

func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	interrupt(t, pool)
	var told []int64
	summary, err := dcbfile.Import(t.Context(), pool, strings.NewReader(many), func(done, total int64) {
		require.EqualValues(t, 5000, total)
		told = append(told, done)
	})
	require.NoError(t, err)
	require.Equal(t, []int64{goesOnAt, batchEnd(many, 3), 5000}, told)
	again, exported := export(t, pool)
	require.Equal(t, summary, exported)
	require.Equal(t, many, again)
	var tags, wrong int
	require.NoError(t, pool.QueryRow(t.Context(), `
		select (select count(*) from dcb_event_tag),
		       (select count(*) from (select unnest(tags) as tag, position, type from dcb_event except select tag, position, type from dcb_event_tag) as missing)`).Scan(&tags, &wrong))
	require.Equal(t, 10_000, tags)
	require.Zero(t, wrong)
}

// interruptions are ways in which an import of many ends early, with the errors that say so.
var interruptions = map[string]struct {
	begin func(t *testing.T, ctx context.Context, pool *pgxpool.Pool) error
	want  string
}{
	"by its context": {func(_ *testing.T, ctx context.Context, pool *pgxpool.Pool) error {
		ctx, cancel := context.WithCancel(ctx)
		_, err := dcbfile.Import(ctx, pool, strings.NewReader(many), func(done, _ int64) {
			if done == goesOnAt {
				cancel()
			}
		})
		return err
	}, "context canceled"},
	"by a file that was cut off between lines": {func(_ *testing.T, ctx context.Context, pool *pgxpool.Pool) error {
		_, err := dcbfile.Import(ctx, pool, cutOff(many, 4500), nil)
		return err
	}, "its last line, with the digest, is missing, so it was cut off"},
	"by a file that was cut off within a line": {func(_ *testing.T, ctx context.Context, pool *pgxpool.Pool) error {
		_, err := dcbfile.Import(ctx, pool, strings.NewReader(many[:len(many)*9/10]), nil)
		return err
	}, "its last line, with the digest, is missing, so it was cut off"},
	"by a lost connection": {importAndLoseConnections, ""},
}

// importAndLoseConnections closes all connections of an import, and lets it make no others.
func importAndLoseConnections(t *testing.T, ctx context.Context, pool *pgxpool.Pool) error {
	config := pool.Config()
	dial := config.ConnConfig.DialFunc
	var mu sync.Mutex
	var lost bool
	var open []net.Conn
	config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if lost {
			return nil, errors.New("there is no way to the server")
		}
		conn, err := dial(ctx, network, addr)
		if err == nil {
			open = append(open, conn)
		}
		return conn, err
	}
	wired, err := pgxpool.NewWithConfig(ctx, config)
	require.NoError(t, err)
	defer wired.Close()
	_, err = dcbfile.Import(ctx, wired, strings.NewReader(many), func(done, _ int64) {
		if done == goesOnAt {
			mu.Lock()
			defer mu.Unlock()
			lost = true
			for _, conn := range open {
				conn.Close()
			}
		}
	})
	return err
}

func TestAnInterruptedImportGoesOn(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	for name, test := range interruptions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			err := test.begin(t, t.Context(), pool)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, goOnOrDiscard)
			_, err = dcb.NewEventStore(t.Context(), pool)
			require.EqualError(t, err, unfinished)
			var first int64 = -1
			_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(many), func(done, _ int64) {
				if first < 0 {
					first = done
				}
			})
			require.NoError(t, err)
			require.EqualValues(t, goesOnAt, first)
			again, _ := export(t, pool)
			require.Equal(t, many, again)
		})
	}
}

// No store can use half a log, even if it was opened before the import.
func TestNobodyUsesALogThatIsHalfImported(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	store := openStore(t, pool)
	note := func() error {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Noted", dcb.Tags{"all"}, []byte(`{}`))}, dcb.NewQuery(dcb.Tags{"all"}), 0)
		return err
	}
	read := func() (int, error) {
		events, _, err := store.ReadSince(t.Context(), dcb.NewQuery(dcb.Tags{"all"}), dcb.Checkpoint{})
		return len(events), err
	}
	for range 10 { // its statements are prepared, on the tables as they are
		n, err := read()
		require.NoError(t, err)
		require.Zero(t, n)
		_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Noted", nil, []byte(`{}`))}, dcb.Query{}, 5)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
	}

	interrupt(t, pool)
	const hidden = `column`
	_, err := read()
	require.ErrorContains(t, err, hidden)
	require.ErrorContains(t, note(), hidden)
	_, err = store.Head(t.Context())
	require.ErrorContains(t, err, hidden)
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.EqualError(t, err, unfinished)
	_, err = dcbfile.Export(t.Context(), pool, io.Discard, nil)
	require.EqualError(t, err, "export the log: "+unfinished)

	_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(many), nil)
	require.NoError(t, err)
	n, err := read()
	require.NoError(t, err)
	require.Equal(t, 5000, n)
	require.ErrorIs(t, note(), dcb.ErrConflict)
	position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("Noted", nil, []byte(`{}`))}, dcb.AllEvents(), 5000)
	require.NoError(t, err)
	require.EqualValues(t, 5001, position)
}

func TestAnotherFileDoesNotGoOnWithAnImport(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	interrupt(t, pool)
	want := fmt.Sprintf("import a log: an import that was interrupted has stored %d events, and this file does not begin with them", goesOnAt) + goOnOrDiscard
	for name, file := range map[string]string{
		"that differs in one byte of what is stored": strings.Replace(many, fmt.Sprintf(`\"n\":%d,`, goesOnAt), `\"n\":1,`, 1),
		"that is of a shorter log":                   made(5, nil),
		"that is of a longer log":                    fat(5001, nil),
	} {
		require.NotEqual(t, many, file)
		_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(file), nil)
		require.EqualError(t, err, want, name)
	}
	// A file that differs in a later line is refused at its end, and all events are deleted.
	file := strings.Replace(many, fmt.Sprintf(`\"n\":%d,`, goesOnAt+1), `\"n\":1,`, 1)
	_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(file), nil)
	require.ErrorContains(t, err, "line 5002: the digest is ")
	require.ErrorContains(t, err, "; the log is empty as before")
	requireEmpty(t, pool)
}

func TestAnInterruptedImportIsDiscarded(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	interrupt(t, pool)
	events, err := dcbfile.Discard(t.Context(), pool)
	require.NoError(t, err)
	require.EqualValues(t, goesOnAt, events)
	_, err = dcbfile.Discard(t.Context(), pool)
	require.EqualError(t, err, "discard an import: there is no import that was interrupted")
	requireEmpty(t, pool)
}

// Of two imports at once, none stores an event that the other has stored, and the log is whole.
func TestTwoImportsAtOnce(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	first := batchEnd(many, 1)
	for name, second := range map[string]struct {
		lines int
		err   string
	}{
		"the second goes on":  {4500, "cut off"},
		"the second finishes": {5002, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(many), func(done, _ int64) {
				if done == first {
					_, err := dcbfile.Import(t.Context(), pool, cutOff(many, second.lines), nil)
					if second.err == "" {
						require.NoError(t, err)
					} else {
						require.ErrorContains(t, err, second.err)
					}
				}
			})
			require.ErrorContains(t, err, "another import into the same log goes on at the same time")
			if second.err != "" {
				_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(many), nil)
				require.NoError(t, err)
			}
			again, _ := export(t, pool)
			require.Equal(t, many, again)
		})
	}
}

// The log may be appended to while it is exported; the file is of one moment.
func TestAnExportIsOfOneMoment(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(many), nil)
	require.NoError(t, err)
	var out bytes.Buffer
	appended := false
	_, err = dcbfile.Export(t.Context(), pool, &out, func(done, _ int64) {
		if done == 0 && !appended {
			appended = true
			appendThree(t, pool)
		}
	})
	require.NoError(t, err)
	require.True(t, appended)
	require.Equal(t, many, out.String())
}

// If its reader is slow, an export may take longer than a statement usually may.
func TestAnExportTakesItsTime(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	url := pgtest.URL(t)
	filled := connect(t, url)
	_, err := dcbfile.Import(t.Context(), filled, strings.NewReader(many), nil)
	require.NoError(t, err)
	pgtest.Configure(t, url, "statement_timeout = '2s'")
	pool := connect(t, url)

	var out bytes.Buffer
	slow := writer(func(part []byte) (int, error) {
		const took = `
			select not exists (select from pg_stat_activity
				where datname = current_database() and query like '%order by position' and state = 'active' and query_start > clock_timestamp() - interval '3s')`
		for done := out.Len() > 0; !done; {
			require.NoError(t, filled.QueryRow(t.Context(), took).Scan(&done))
		}
		return out.Write(part)
	})
	_, err = dcbfile.Export(t.Context(), pool, slow, nil)
	require.NoError(t, err)
	require.Equal(t, many, out.String())
}

type writer func([]byte) (int, error)

func (w writer) Write(part []byte) (int, error) { return w(part) }

// An append that is under way when an import begins is stored first.
func TestAnAppendUnderWayComesFirst(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `insert into dcb_event (position, id, type, tags, data) values (1, gen_random_uuid(), 'Noted', '{}', '{}')`)
	require.NoError(t, err)
	imported := make(chan error, 1)
	go func() {
		_, err := dcbfile.Import(t.Context(), pool, strings.NewReader(made(5, nil)), nil)
		imported <- err
	}()
	const waits = `select exists (select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database()))`
	for waiting := false; !waiting; {
		require.NoError(t, pool.QueryRow(t.Context(), waits).Scan(&waiting))
	}
	require.NoError(t, tx.Commit(t.Context()))
	require.EqualError(t, <-imported, "import a log: the log is not empty: it has 1 events; import into an empty one")
	events, _ := contents(t, pool)
	require.Len(t, events, 1)
}

func TestALogThatIsInUseAllTheTimeIsLeftAlone(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "ten seconds of waiting")
	pool := pgtest.New(t)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `select from dcb_event`)
	require.NoError(t, err)
	_, err = dcbfile.Import(t.Context(), pool, strings.NewReader(made(5, nil)), nil)
	require.EqualError(t, err, "import a log: somebody has used the log for 10s without a pause: stop what uses it")
	require.NoError(t, tx.Rollback(t.Context()))
	requireEmpty(t, pool)
}
