//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/internal/childenv"
	"go-crablet/internal/debian"
	"go-crablet/internal/effort"
)

// PoolerSessions is how many sessions a [Pooler] shares out, for each database.
const PoolerSessions = 8

// A Pooler is a PgBouncer in front of the server for tests. It is in its transaction
// mode: a session serves somebody else after each transaction.
type Pooler struct{ dir string }

// StartPooler starts a pooler that is stopped when the test ends. As root on Debian it
// installs PgBouncer. Without PgBouncer the test fails, and the message tells how to get
// it.
func StartPooler(t testing.TB) Pooler {
	t.Helper()
	from, err := migrated()
	if err != nil {
		t.Fatalf("prepare a server for tests: %v", err)
	}
	return StartPoolerOf(t, from.server("postgres"))
}

// StartPoolerOf starts a pooler as [StartPooler] does, in front of the server of a database.
func StartPoolerOf(t testing.TB, databaseURL string) Pooler {
	t.Helper()
	effort.NotShort(t, "PgBouncer")
	program, err := findPgBouncer()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pgbouncer-") //nolint:usetesting // the path of a socket is short, and t.TempDir is below a directory that only we can enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := startPooler(t, program, dir, databaseURL); err != nil {
		t.Fatalf("start PgBouncer: %v", err)
	}
	return Pooler{dir}
}

// Through returns the URL of the same database behind the pooler.
func (p Pooler) Through(databaseURL string) string {
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		panic(err) // it was a URL of ours
	}
	return by("postgres://postgres@"+parsed.EscapedPath(), databaseURL, "host", p.dir, "port", poolerPort)
}

// singleStatements is the name under which the pooler shows a database in its mode statement.
const singleStatements = "single_statements"

// TakesNoTransactions returns the URL of a database behind the pooler that takes single statements
// only.
func (p Pooler) TakesNoTransactions() string {
	return p.Through("postgres:///" + singleStatements)
}

// LeftBehind returns what is left in the sessions that the pooler shares out for a
// database: whoever gets one next would have it, too. databaseURL leads through the
// pooler. What PgBouncer itself sets for each client is not part of it.
func (p Pooler) LeftBehind(t testing.TB, databaseURL string) []string {
	t.Helper()
	const look = `
		select pg_backend_pid(), 'an advisory lock'
		from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
		union all
		select pg_backend_pid(), 'listens on ' || channel from pg_listening_channels() as channel
		union all
		select pg_backend_pid(), 'prepared: ' || statement from pg_prepared_statements
		union all
		select pg_backend_pid(), name || ' = ' || setting from pg_settings
		where source = 'session'
		  and name not in ('application_name', 'client_encoding', 'DateStyle', 'standard_conforming_strings', 'TimeZone')
		  and name not like 'transaction_%' -- of this one
		union all
		select pg_backend_pid(), ''`
	left, sessions := []string{}, map[int]bool{}
	for range PoolerSessions {
		conn, err := pgx.Connect(t.Context(), WithExecMode(databaseURL, "exec"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		tx, err := conn.Begin(t.Context()) // which has its session to itself
		if err != nil {
			t.Fatal(err)
		}
		var pid int
		var what string
		rows, _ := tx.Query(t.Context(), look) // ForEachRow returns the error
		_, err = pgx.ForEachRow(rows, []any{&pid, &what}, func() error {
			sessions[pid] = true
			if what != "" {
				left = append(left, what)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(sessions) != PoolerSessions {
		t.Fatalf("looked into %d sessions instead of %d", len(sessions), PoolerSessions)
	}
	return left
}

const poolerPort = "6432" // part of the socket's name, and no more than that

var findPgBouncer = sync.OnceValues(func() (string, error) {
	return debian.FindOrInstall(func() (string, error) {
		for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
			if path, err := exec.LookPath(name); err == nil {
				return path, nil
			}
		}
		return "", errors.New("no PgBouncer found: install it (Debian: sudo apt-get install pgbouncer)")
	}, "pgbouncer")
})

// leash ends a program when it reads the end of its input, which is when we end, however
// that may be.
const leash = `exec 3<&0; "$@" 3<&- & program=$!; (cat <&3 >/dev/null; kill "$program") & wait "$program"`

func startPooler(t testing.TB, program, dir, databaseURL string) error {
	server, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return err
	}
	settings := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(settings, []byte(poolerSettings(server, dir)), 0o600); err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", leash, "leash", program, settings)
	cmd.Dir = dir
	cmd.Env = childenv.Only(childenv.Libraries...)
	cmd.Stderr = t.Output()
	if os.Geteuid() == 0 {
		if err := becomeSomebody(cmd, server.Host, dir, settings); err != nil {
			return err
		}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait() // it was told to end
	})
	return awaitPooler(t.Context(), Pooler{dir}.Through(databaseURL))
}

// poolerSettings returns the text of pgbouncer.ini for a server and the directory of a socket.
func poolerSettings(server *pgx.ConnConfig, socketDir string) string {
	database := fmt.Sprintf(`host=%s port=%d user=%s`, quoted(server.Host), server.Port, quoted(server.User))
	if server.Password != "" {
		database += " password=" + quoted(server.Password)
	}
	return fmt.Sprintf(`
		[databases]
		%[1]s
		%[5]s = %[6]s dbname=postgres pool_mode=statement
		[pgbouncer]
		pool_mode = transaction
		default_pool_size = %[2]d
		max_client_conn = 1000
		auth_type = any
		ignore_startup_parameters = default_transaction_isolation,options
		unix_socket_dir = %[3]s
		listen_port = %[4]s
		log_connections = 0
		log_disconnections = 0
		log_stats = 0
		`, "* = "+database, PoolerSessions, socketDir, poolerPort, singleStatements, database)
}

// becomeSomebody makes a command run as the user that PostgreSQL runs as, who may enter
// the directory of its socket: PgBouncer refuses to run as root.
func becomeSomebody(cmd *exec.Cmd, serverHost string, files ...string) error {
	const nobody = 65534
	user := uint32(nobody)
	if info, err := os.Stat(serverHost); err == nil {
		user = info.Sys().(*syscall.Stat_t).Uid
	}
	for _, file := range files {
		if err := os.Lchown(file, int(user), nobody); err != nil {
			return err
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: nobody}}
	return nil
}

// awaitPooler waits until the pooler takes connections.
func awaitPooler(ctx context.Context, databaseURL string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, databaseURL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// quoted writes a value of PgBouncer's [databases].
func quoted(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }
