package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestTheProgramWorksInEveryExecMode(t *testing.T) {
	t.Parallel()
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			database := pgtest.URL(t)
			requireAllWorks(t, pgtest.WithExecMode(database, mode), database)
		})
	}
}

func TestTheProgramWorksOnServersAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{
		"standard_conforming_strings = off",
		"default_transaction_read_only = on",
		"default_transaction_isolation = serializable",
		"client_encoding = latin1",
		"DateStyle = 'SQL, DMY'",
		"bytea_output = escape",
	} {
		t.Run("on a migrated database with "+setting, func(t *testing.T) {
			t.Parallel()
			database := pgtest.URL(t)
			pgtest.Configure(t, database, setting)
			// The mode that asks most of the settings: pgx writes parameters as literals.
			requireAllWorks(t, pgtest.WithExecMode(database, "simple_protocol"), database)
		})
		t.Run("on an empty database with "+setting, func(t *testing.T) {
			t.Parallel()
			database := pgtest.Empty(t, "")
			pgtest.Configure(t, database, setting)
			requireAllWorks(t, database, database)
		})
	}

	t.Run("with all tables in a schema that the search path names", func(t *testing.T) {
		t.Parallel()
		database := pgtest.Empty(t, "")
		execute(t, database, `create schema app`)
		pgtest.Configure(t, database, "search_path = app")
		requireAllWorks(t, database, database)
		require.Zero(t, count(t, database, `select count(*) from pg_tables where schemaname = 'public'`))
	})

	t.Run("as a role that may only read and write rows", func(t *testing.T) {
		t.Parallel()
		database := pgtest.URL(t)
		requireAllWorks(t, as(pgtest.Role(t, database), database), database)
	})
}

func TestServersThatWillNotDoAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	latin := pgtest.Empty(t, "encoding 'LATIN1' template template0 locale 'C'")
	lost := pgtest.Empty(t, "")
	pgtest.Configure(t, lost, "search_path = nowhere")
	bare := pgtest.Empty(t, "")
	closed := pgtest.URL(t)
	stranger := pgtest.Role(t, closed)
	execute(t, closed, `revoke all on all tables in schema public from `+stranger)
	reader := pgtest.Role(t, closed)
	execute(t, closed, `revoke insert, update, delete on all tables in schema public from `+reader)
	newer := pgtest.URL(t)
	last := 0 // of all migrations, wherever they stand
	for _, folder := range []string{"../migrations", "../dcb/dcbschema"} {
		paths, err := filepath.Glob(folder + "/*.sql")
		require.NoError(t, err)
		for _, path := range paths {
			number, err := strconv.Atoi(filepath.Base(path)[:4])
			require.NoError(t, err)
			last = max(last, number)
		}
	}
	execute(t, newer, `insert into goose_db_version (version_id, is_applied) values (9999, true)`)
	for name, test := range map[string]struct{ database, says string }{
		"an encoding that can't hold every text": {latin, "the encoding of the database is LATIN1, and it has to be UTF8: create another database, with encoding 'UTF8'"},
		"a search path that leads nowhere":       {lost, "look for migrations: there is no schema to make tables in: create the one that the search_path names, which is nowhere"},
		"tables of a newer version":              {newer, fmt.Sprintf("look for migrations: the database has migration 9999, of a newer version of the program, and this one knows %d: run the newer one", last)},
		"tables that the role may not write":     {as(reader, closed), "look for migrations: the role may read the tables and not write them: the role that owns them has to grant it select, insert, update and delete on all of them"},
		"tables that the role may not read":      {as(stranger, closed), "look for migrations: the role may not read the tables: the role that owns them has to grant it select, insert, update and delete on all of them"},
		"migrations that the role may not apply": {as(pgtest.Role(t, bare), bare), `apply the migrations: the role may not make or change tables: run "webapp migrate" once as the role that owns them`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.says, failure(t, []string{"DATABASE_URL=" + test.database}, "-addr", "127.0.0.1:0", "-data", dataDir(t)))
		})
	}
}

// requireAllWorks runs the program on a database: pages are served, a student is seated,
// pages show it, and there is a receipt. direct is a URL of the same database, for a look
// without the program. It returns while the program runs.
func requireAllWorks(t *testing.T, database, direct string) *process {
	t.Helper()
	app := start(t, []string{"DATABASE_URL=" + database}, "-data", dataDir(t), "-sample")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	visitor := &http.Client{Jar: jar}
	t.Cleanup(visitor.CloseIdleConnections)

	require.Contains(t, asks(t, visitor, app.url+"/"), "Distributed Systems", "the sample term")
	sends(t, visitor, app.url+"/courses", "course", "knots", "title", "Knöts", "capacity", "2")
	sends(t, visitor, app.url+"/students", "student", "zoe", "name", "Zoë")
	seated := sends(t, visitor, app.url+"/courses/knots/subscriptions", "student", "zoe")
	require.Contains(t, seated, "Seated")
	require.Contains(t, seated, "1 of 2 seats", "the projector has been there")
	for _, page := range []string{"/", "/courses/knots", "/courses/knots/boundary", "/students", "/students/zoe", "/decisions", "/log", "/log?as_of=5", "/race", "/race/strategies", "/registrar"} {
		asks(t, visitor, app.url+page)
	}
	receipts := regexp.MustCompile(`/decisions/[a-z0-9]+`).FindAllString(asks(t, visitor, app.url+"/decisions"), -1)
	require.NotEmpty(t, receipts)
	require.Contains(t, asks(t, visitor, app.url+receipts[0]), "Knöts")

	require.Equal(t, 1, count(t, direct, `select count(*) from dcb_event_tag where tag = 'student_id:zoe' and type = 'StudentSubscribedToCourse'`))
	require.Equal(t, 3, count(t, direct, `select count(*) from decision_receipt`))
	require.NotContains(t, app.stderr.String(), "level=ERROR")
	require.NotContains(t, app.stderr.String(), "level=WARN")
	return app
}

// asks fetches a page that has to be there.
func asks(t *testing.T, visitor *http.Client, address string) string {
	t.Helper()
	response, err := visitor.Get(address)
	require.NoError(t, err)
	return read(t, response)
}

// sends sends a form that has to be accepted, and returns the page that it leads to.
func sends(t *testing.T, visitor *http.Client, address string, namesAndValues ...string) string {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	response, err := visitor.PostForm(address, form)
	require.NoError(t, err)
	return read(t, response)
}

func read(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, response.Request.URL)
	return string(page)
}

// as returns the URL of the same database for a role.
func as(role, database string) string {
	parsed, err := url.Parse(database)
	if err != nil {
		panic(err) // it was a URL of ours
	}
	parsed.User = url.User(role)
	return parsed.String()
}

func execute(t testing.TB, database, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func count(t *testing.T, database, query string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&n))
	return n
}
