//go:build linux || darwin

package pgpair

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/internal/debian"
)

// An Archive is what a server can be restored from, to any moment after its backup: the
// backup, and the write-ahead log since then. pgBackRest keeps both.
type Archive struct {
	server  *Server
	program string
}

// Archive starts to archive the server's write-ahead log, and makes a backup. The server is
// started again for that.
func (s *Server) Archive(t testing.TB) *Archive {
	t.Helper()
	program, err := debian.FindOrInstall(func() (string, error) { return exec.LookPath("pgbackrest") }, "pgbackrest")
	if err != nil {
		t.Fatalf("find pgBackRest: %v: on Debian, install pgbackrest", err)
	}
	a := &Archive{server: s, program: program}
	keep := s.pair.programs.Shell(t.Context(), `umask 077 && mkdir -p "$1" && cat >"$1/pgbackrest.conf"`, a.dir())
	keep.Stdin = strings.NewReader(a.configuration())
	run(t, keep)
	s.Exec(t, `alter system set archive_mode = on`,
		`alter system set archive_command = '`+a.line("archive-push", "%p")+`'`)
	s.Stop(t, Fast)
	s.Start(t)
	a.run(t, "stanza-create")
	a.run(t, "backup")
	return a
}

func (a *Archive) dir() string { return filepath.Join(a.server.pair.programs.Dir, "archive") }

func (a *Archive) configuration() string {
	settings := []string{
		"[global]",
		"repo1-path=" + a.dir() + "/repository", "lock-path=" + a.dir() + "/lock", "spool-path=" + a.dir() + "/spool",
		"start-fast=y", "log-level-console=warn", "log-level-file=off",
		"[courses]",
		"pg1-path=" + a.server.dir(), "pg1-port=" + strconv.Itoa(a.server.port),
		"pg1-socket-path=" + a.server.pair.programs.Dir, "pg1-user=" + superuser,
	}
	return strings.Join(settings, "\n") + "\n"
}

// line returns the line of a shell that runs a command of pgBackRest.
func (a *Archive) line(command, rest string) string {
	return fmt.Sprintf("%s --config=%s/pgbackrest.conf --stanza=courses %s %s", a.program, a.dir(), command, rest)
}

func (a *Archive) run(t testing.TB, command string, args ...string) {
	t.Helper()
	cmd := a.server.pair.programs.Shell(t.Context(), a.line(command, `"$@"`), args...)
	cmd.Env = append(cmd.Env, "PGPASSWORD="+a.server.pair.password)
	run(t, cmd)
}

// Restore stops the server, restores what it was at a moment, and starts it again. It returns
// when the server accepts writes. What was committed after the moment is lost.
func (a *Archive) Restore(t testing.TB, to time.Time) {
	t.Helper()
	a.server.Stop(t, Fast)
	a.run(t, "restore", "--delta", "--type=time", "--target="+to.UTC().Format("2006-01-02 15:04:05.000000-07"), "--target-action=promote")
	a.server.Start(t)
	a.server.Await(t, `select not pg_is_in_recovery()`)
}

// Now returns the time of the server, which is a moment to restore.
func (s *Server) Now(t testing.TB) (now time.Time) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		t.Fatalf("connect to the %s: %v", s.name, err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `select clock_timestamp()`).Scan(&now); err != nil {
		t.Fatal(err)
	}
	return now
}
