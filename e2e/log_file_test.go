package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// logFile exports the log of a database, and returns where the file is and what is in it.
func logFile(t *testing.T, env []string) (path, content string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "events.ndjson")
	_, said := succeeds(t, env, nil, "log", "export", "-o", path)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Regexp(t, `\nexported \d+ events; the digest is [0-9a-f]{64}\n$`, said)
	return path, string(text)
}

// succeeds runs the program to its end, and returns what it writes and what it says.
func succeeds(t *testing.T, env []string, stdin io.Reader, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := command(t, env, args...)
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &said
	require.NoError(t, cmd.Run(), said.String())
	return out.String(), said.String()
}

func TestTheLogMovesToAnotherDatabase(t *testing.T) {
	t.Parallel()
	first := []string{"DATABASE_URL=" + pgtest.URL(t)}
	app := start(t, first, "-data", dataDir(t), "-sample")
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "moved", "title", "Moved along", "capacity", "3"))
	require.Contains(t, get(t, app.url+"/decisions"), "/decisions/")
	require.Zero(t, app.stop(syscall.SIGTERM))
	path, file := logFile(t, first)
	stdout, _ := succeeds(t, first, nil, "log", "export")
	require.Equal(t, file, stdout, "the same to standard output")

	second := []string{"DATABASE_URL=" + pgtest.URL(t)}
	stdout, stderr := succeeds(t, second, nil, "log", "import", path)
	require.Regexp(t, `^imported 186 events; the digest is [0-9a-f]{64}\n$`, stdout)
	require.Contains(t, stderr, "186 of 186 events")
	app = start(t, second, "-data", dataDir(t))
	require.Contains(t, get(t, app.url+"/courses/compilers"), "15 of 16 seats")
	require.Contains(t, get(t, app.url+"/courses/moved"), "Moved along")
	require.Contains(t, get(t, app.url+"/log"), "Moved along")
	require.NotContains(t, get(t, app.url+"/decisions"), `href="/decisions/`, "receipts stay behind")
	_, again := logFile(t, second)
	require.Equal(t, file, again)
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses/moved/capacity", "capacity", "4"))

	// Into the private database, from standard input. The sample term stays out.
	data := dataDir(t)
	stdout, _ = succeeds(t, nil, strings.NewReader(file), "-data", data, "log", "import")
	require.Contains(t, stdout, "imported 186 events")
	require.Contains(t, get(t, start(t, nil, "-data", data).url+"/courses/moved"), "Moved along")
}

func TestAnImportThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	original := pgtest.URL(t)
	conn, err := pgx.Connect(t.Context(), original)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	// 25 MB, of which 8 MiB are stored at a time.
	_, err = conn.Exec(t.Context(), `
		insert into dcb_event (position, id, type, tags, data)
		select n, gen_random_uuid(), 'Noted', array['n:' || n % 100], json_build_object('text', repeat('x', 5000)) from generate_series(1, 5000) n;
		insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`)
	require.NoError(t, err)
	path, file := logFile(t, []string{"DATABASE_URL=" + original})

	url := pgtest.URL(t)
	env := []string{"DATABASE_URL=" + url}
	killed := command(t, env, "log", "import")
	stdin, err := killed.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, killed.Start())
	lines := strings.SplitAfter(file, "\n")
	_, err = io.WriteString(stdin, strings.Join(lines[:4500], ""))
	require.NoError(t, err)
	importing, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer importing.Close(t.Context())
	var stored int
	eventually(t, "two batches are stored", func() bool {
		err := importing.QueryRow(t.Context(), `select position from dcb_import`).Scan(&stored)
		return err == nil && stored > 3000
	})
	require.NoError(t, killed.Process.Kill())
	require.Error(t, killed.Wait())

	const unfinished = "open the event store: an import into its log is not finished: import the same file again to go on, or discard what was stored"
	require.Equal(t, unfinished, failure(t, env, "-addr", "127.0.0.1:0", "-data", dataDir(t)))
	stdout, stderr := succeeds(t, env, nil, "log", "import", path)
	require.Contains(t, stdout, "imported 5000 events")
	require.Regexp(t, fmt.Sprintf(`^%[1]d events are stored already, by an import that was interrupted: going on after them\n%[1]d of 5000 events, 0 per second\n`, stored), stderr)
	_, again := logFile(t, env)
	require.Equal(t, file, again)
	require.Zero(t, start(t, env, "-data", dataDir(t)).stop(syscall.SIGTERM))
}

func TestAnImportThatCannotBeSaysWhyInASentence(t *testing.T) {
	t.Parallel()
	full := []string{"DATABASE_URL=" + pgtest.URL(t)}
	require.Zero(t, start(t, full, "-data", dataDir(t), "-sample").stop(syscall.SIGTERM))
	path, file := logFile(t, full)
	require.Equal(t, "import a log: the log is not empty: it has 185 events; import into an empty one", failure(t, full, "log", "import", path))
	require.Equal(t, "discard an import: there is no import that was interrupted", failure(t, full, "log", "discard"))

	env := []string{"DATABASE_URL=" + pgtest.URL(t)}
	write := func(content string) string {
		path := filepath.Join(t.TempDir(), "events.ndjson")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	require.Contains(t, failure(t, env, "log", "import", "missing.ndjson"), "open missing.ndjson: no such file or directory")
	require.Regexp(t, `^import a log: line 187: the digest is "[0-9a-f]+", and that of the lines above is "[0-9a-f]+": one of them has changed since the export; the log is empty as before$`,
		failure(t, env, "log", "import", write(strings.Replace(file, "Compilers", "Compilerz", 1))))
	require.Equal(t, "import a log: its last line, with the digest, is missing, so it was cut off; the import is not finished, and nobody can use the log: "+
		"import the same file again to go on, or discard what was stored", failure(t, env, "log", "import", write(file[:len(file)-100])))
	stdout, _ := succeeds(t, env, nil, "log", "discard")
	require.Equal(t, "discarded 0 events; the log is empty\n", stdout)
	stdout, _ = succeeds(t, env, nil, "log", "import", path)
	require.Contains(t, stdout, "imported 185 events")
}

// A program that runs while its empty log is imported shows nothing of it before the import is
// finished, and then all.
func TestARunningProgramGoesOnWithAnImportedLog(t *testing.T) {
	t.Parallel()
	first := []string{"DATABASE_URL=" + pgtest.URL(t)}
	require.Zero(t, start(t, first, "-data", dataDir(t), "-sample").stop(syscall.SIGTERM))
	path, file := logFile(t, first)

	env := []string{"DATABASE_URL=" + pgtest.URL(t)}
	app := start(t, env, "-data", dataDir(t))
	half := filepath.Join(t.TempDir(), "half.ndjson")
	require.NoError(t, os.WriteFile(half, []byte(file[:len(file)/2]), 0o600))
	require.Contains(t, failure(t, env, "log", "import", half), "it was cut off")
	_, status := fetch(t, app.url+"/log")
	require.Equal(t, http.StatusInternalServerError, status)
	require.Equal(t, http.StatusInternalServerError, post(t, app.url+"/courses", "course", "early", "title", "Too early", "capacity", "3"))

	succeeds(t, env, nil, "log", "import", path)
	eventually(t, "pages show the log", func() bool {
		page, status := fetch(t, app.url+"/courses/compilers")
		return status == http.StatusOK && strings.Contains(page, "15 of 16 seats")
	})
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "late", "title", "In time", "capacity", "3"))
	require.NotContains(t, get(t, app.url+"/log"), "Too early")
}
