//go:build linux || darwin

package localpg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
)

func TestADirectoryMayHaveALongPathWithOddCharacters(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(newDir(t), strings.Repeat("long ", 30), `a, b + c & 100%`)
	server := start(t, localpg.Config{Dir: dir})
	require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
	joined := startUser(t, dir)
	pid, _ := joined.ready(t)
	require.Equal(t, pidOf(t, server), pid)
}

func TestADirectoryMayHaveOddCharactersInThePathOfItsSocket(t *testing.T) {
	t.Parallel()
	dir := newDir(t) + ` b; c+d&%`
	server := start(t, localpg.Config{Dir: dir})
	require.DirExists(t, filepath.Join(dir, "run"))
	require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
	require.NotContains(t, server.URL("postgres"), "+")
}

// No port is open, either.
func TestADirectoryCanBeEnteredByNobodyElse(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	server := start(t, localpg.Config{Dir: dir})
	require.Empty(t, query(t, server.URL("postgres"), "show listen_addresses"))
	for _, name := range []string{"", "run", "data"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), name)
	}
}

func TestADirectoryThatHoldsSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(newDir(t))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o600))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "holds other files")
}

func TestADirectorySurvivesAnInitdbThatWasCutOff(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	require.NoError(t, os.Rename(filepath.Join(dir, "data"), filepath.Join(dir, "data.new")))
	require.NoError(t, os.Remove(filepath.Join(dir, "data.new", "PG_VERSION")))
	start(t, localpg.Config{Dir: dir})
}

func TestADirectoryThatSomebodyElseCouldHaveMadeIsNotTrustedWithTheSocket(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
	require.NoError(t, os.Mkdir(filepath.Join(dir, "run"), 0o755))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "only the server's user can enter")
}

func TestAServerThatWasStartedByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	program := programOf(t, pidOf(t, server))
	require.NoError(t, server.Close())

	byHand := exec.Command(program, "-D", dir+"/data", "-k", dir, "-c", "listen_addresses=")
	byHand.Dir = "/"
	byHand.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOf(t, dir)}
	require.NoError(t, byHand.Start())
	t.Cleanup(func() {
		require.NoError(t, byHand.Process.Signal(syscall.SIGINT))
		require.NoError(t, byHand.Wait())
	})
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		status, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
		require.NoError(c, err)
		require.Contains(c, string(status), "ready")
	}, patience, often)

	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "was started on "+dir+"/data by hand: stop it, or set DATABASE_URL")
	require.NoError(t, byHand.Process.Signal(syscall.Signal(0)))
}

func TestRoot(t *testing.T) {
	t.Parallel()
	t.Run("never runs the server", func(t *testing.T) {
		t.Parallel()
		server := start(t, localpg.Config{Dir: madeDir(t)})
		require.NotEqual(t, "0", ps(t, "uid=", pidOf(t, server)))
	})

	t.Run("is told if the server's user can't reach the directory", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "server") // below a directory for its maker only
		server, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
		if os.Geteuid() != 0 { // then we are that user, and can
			require.NoError(t, err)
			require.NoError(t, server.Close())
			return
		}
		require.ErrorContains(t, err, "may not enter "+dir)
	})
}

func TestEnvironment(t *testing.T) {
	t.Run("does not reach the server", func(t *testing.T) {
		t.Setenv("PGPORT", "1") // pgx reads this one too
		t.Setenv("PGUSER", "nobody_we_know")
		t.Setenv("PGDATESTYLE", "German")
		t.Setenv("LC_ALL", "de_DE.UTF-8")
		t.Setenv("TZ", "Asia/Tokyo")
		server := start(t, localpg.Config{Dir: newDir(t)})
		require.Equal(t, "ISO, MDY", query(t, server.URL("postgres"), "show datestyle"))
		require.Contains(t, query(t, server.URL("postgres"), "show timezone"), "UTC")
		require.Equal(t, "C", query(t, server.URL("postgres"), "select datcollate from pg_database where datname = 'postgres'"))
		require.Equal(t, "UTF8", query(t, server.URL("postgres"), "show server_encoding"))
	})
}

func TestSettings(t *testing.T) {
	settings := map[string]string{"PGTARGETSESSIONATTRS": "standby", "PGOPTIONS": "-c default_transaction_read_only=on", "PGTZ": "Asia/Tokyo"}
	for _, name := range []string{
		"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE",
		"PGCONNECT_TIMEOUT", "PGREQUIREAUTH", "PGCHANNELBINDING", "PGMINPROTOCOLVERSION", "PGMAXPROTOCOLVERSION",
		"PGSSLMODE", "PGSSLNEGOTIATION", "PGSSLCERTMODE", "PGSSLCERT", "PGSSLKEY", "PGSSLROOTCERT", "PGSSLPASSWORD", "PGSSLSNI",
	} {
		settings[name] = "nonsense"
	}
	dir := madeDir(t)
	odd := dir + " a+b"
	require.NoError(t, os.Rename(dir, odd))
	server := start(t, localpg.Config{Dir: odd})
	plain, err := pgx.ParseConfig(server.URL("postgres"))
	require.NoError(t, err)

	t.Run("of the environment do not change how pgx connects", func(t *testing.T) {
		for name, value := range settings {
			t.Setenv(name, value)
		}
		config, err := pgx.ParseConfig(server.URL("postgres"))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"options": "", "timezone": "UTC"}, config.RuntimeParams)
		require.Nil(t, config.ValidateConnect)
		for _, c := range []*pgx.ConnConfig{plain, config} {
			// Named, or what comes without a name.
			require.Equal(t, []any{"3.0", "3.0", "prefer", "allow", "", 0}, []any{c.MinProtocolVersion, c.MaxProtocolVersion, c.ChannelBinding, c.SSLCertMode, c.RequireAuth, len(c.Fallbacks)})
			require.Equal(t, []any{plain.Host, plain.Port, "postgres", "postgres", ""}, []any{c.Host, c.Port, c.User, c.Database, c.Password})
		}
		require.Equal(t, "off UTC", query(t, server.URL("postgres"), "select current_setting('default_transaction_read_only') || ' ' || current_setting('timezone')"))
	})

	for name, value := range settings {
		t.Run("are beaten one by one, too: "+name, func(t *testing.T) {
			t.Setenv(name, value)
			require.Equal(t, "off UTC", query(t, server.URL("postgres"), "select current_setting('default_transaction_read_only') || ' ' || current_setting('timezone')"))
		})
	}

	t.Run("are not in the URL without need, for other programs know fewer of them", func(t *testing.T) {
		for name := range settings {
			t.Setenv(name, "") // to have it restored
			require.NoError(t, os.Unsetenv(name))
		}
		require.Regexp(t, `^postgres://postgres@/postgres\?host=[^&]*&port=5432$`, server.URL("postgres"))
	})
}

func TestSecrets(t *testing.T) {
	for _, name := range []string{"REGISTRAR_PASSCODE", "SESSION_KEY", "DCB_API_TOKEN", "DATABASE_URL", "PGPASSWORD"} {
		t.Setenv(name, "secret")
	}
	t.Setenv("LD_LIBRARY_PATH", "/opt/lib")

	t.Run("are not in the server's environment, which an allow-list makes", func(t *testing.T) {
		server := start(t, localpg.Config{Ephemeral: true})
		const ask = `
			create temporary table seen (setting text);
			copy seen from program 'env' with (delimiter E'\x01');
			select coalesce(string_agg(name, ' ' order by name), '') from (
				select split_part(setting, '=', 1) as name from seen
			) names
			where name not in ('_', 'PWD', 'OLDPWD', 'SHLVL') -- of the shell
			  and name not in ('PGLOCALEDIR', 'PGSYSCONFDIR') and name not like 'LC\_%' -- of PostgreSQL`
		require.Equal(t, "LD_LIBRARY_PATH PATH TZ", script(t, server.URL("postgres"), ask))
	})
}

// programOf returns the path of the program that a process runs.
func programOf(t *testing.T, pid int) string {
	t.Helper()
	program, err := programRunBy(pid)
	require.NoError(t, err)
	return program
}

func programRunBy(pid int) (string, error) {
	output, err := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return "", err
	}
	program, _, _ := strings.Cut(strings.TrimSpace(string(output)), " ")
	return program, nil
}

// ps returns what ps has to say about a process.
func ps(t *testing.T, column string, pid int) string {
	t.Helper()
	output, err := exec.Command("ps", "-o", column, "-p", strconv.Itoa(pid)).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(output))
}

// ownerOf returns what makes a command run as the owner of dir, if we are root.
func ownerOf(t *testing.T, dir string) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(dir)
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	return &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
}
