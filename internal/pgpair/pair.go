//go:build linux || darwin

// Package pgpair gives a test two PostgreSQL servers, a primary and a standby that
// follows it by streaming replication, and what it takes to have a failover: the link
// between the two is cut, the primary stops or freezes, the standby is promoted, and the
// old primary comes back.
//
// The servers are thrown away, listen on loopback, and do without fsync, which makes a
// difference only when the operating system dies. They end with the test, also when the
// test is killed.
//
// The programs are those that package localpg finds, of the version that package pgtest
// asks for; only initdb and postgres are needed. Their settings are PostgreSQL's own, except
// that the standby pauses for a shorter time before it connects again.
package pgpair

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

const (
	superuser = "postgres"
	host      = "127.0.0.1"
	link      = "standby" // the name under which the standby connects to the primary
)

var settings = []string{
	"listen_addresses=" + host,
	"logging_collector=off",
	"log_destination=stderr",
	"max_connections=300",
	"fsync=off",
	"wal_retrieve_retry_interval=100ms",
	"dynamic_shared_memory_type=mmap", // in the data, and removed with it when a server was killed
}

// A Pair is a primary and a standby. What they are called is what they began as.
type Pair struct {
	Primary, Standby *Server

	programs *localpg.Programs
	password string
	keeper   io.Writer
}

// New starts a pair. The database "postgres" is migrated and empty, on both.
func New(t testing.TB) *Pair {
	t.Helper()
	effort.OnlyAll(t, "two servers")
	major, err := pgtest.Major()
	if err != nil {
		t.Fatal(err)
	}
	programs, err := localpg.FindPrograms(t.Context(), major)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pair{programs: programs, password: rand.Text()}
	p.Primary = &Server{pair: p, name: "primary", port: ClaimPort(t)}
	p.Standby = &Server{pair: p, name: "standby", port: ClaimPort(t)}
	p.startKeeper(t)
	p.makeData(t)
	p.Primary.Start(t)
	p.Standby.Start(t)
	if _, err := migrations.Apply(t.Context(), p.Primary.URL(), nil); err != nil {
		t.Fatal(err)
	}
	p.AwaitLink(t)
	p.CatchUp(t)
	return p
}

// makeData makes the data of the primary, and of the standby as a copy: a backup of a
// server that was never started.
func (p *Pair) makeData(t testing.TB) {
	t.Helper()
	keep := p.programs.Shell(t.Context(), `umask 077 && cat >"$1"`, p.programs.Dir+"/password")
	keep.Stdin = strings.NewReader(p.password)
	run(t, keep)
	run(t, p.programs.Command(t.Context(), "initdb", "--pgdata="+p.Primary.dir(),
		"--username="+superuser, "--pwfile="+p.programs.Dir+"/password", "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"))
	const copies = `cp -Rp "$1" "$2" && touch "$2/standby.signal" && cat >>"$2/postgresql.auto.conf"`
	follow := p.programs.Shell(t.Context(), copies, p.Primary.dir(), p.Standby.dir())
	follow.Stdin = strings.NewReader("primary_conninfo = '" + p.conninfo() + "'\n")
	run(t, follow)
}

// conninfo says how the standby connects to the primary.
func (p *Pair) conninfo() string {
	return fmt.Sprintf("host=%s port=%d user=%s password=%s application_name=%s", host, p.Primary.port, superuser, p.password, link)
}

// URL returns the URL that an application is to use, which names both servers and leads
// to the one that is the primary.
func (p *Pair) URL() string { return p.programs.URL(p.both() + "?target_session_attrs=read-write") }

// AnyURL returns a URL that leads to the primary, or to the standby if the primary can't
// be reached, whether they accept writes or not.
func (p *Pair) AnyURL() string { return p.programs.URL(p.both()) }

func (p *Pair) both() string { return p.address(p.Primary.Address() + "," + p.Standby.Address()) }

// address returns the URL of the database "postgres" on some servers, without settings.
func (p *Pair) address(servers string) string {
	return fmt.Sprintf("postgres://%s@%s/postgres", url.UserPassword(superuser, p.password), servers)
}

// Synchronous makes every commit of the primary wait for the standby from now on, or
// not. The standby must be running.
func (p *Pair) Synchronous(t testing.TB, on bool) {
	t.Helper()
	names, state := "", "async"
	if on {
		names, state = link, "sync"
	}
	p.Primary.Exec(t, `alter system set synchronous_standby_names = '`+names+`'`, `select pg_reload_conf()`)
	p.Primary.Await(t, `select exists (select from pg_stat_replication where state = 'streaming' and sync_state = '`+state+`')`)
}

// AwaitLink waits until the standby follows the primary.
func (p *Pair) AwaitLink(t testing.TB) {
	t.Helper()
	p.Primary.Await(t, `select exists (select from pg_stat_replication where state = 'streaming')`)
}

// CatchUp waits until the standby shows what the primary has committed.
func (p *Pair) CatchUp(t testing.TB) {
	t.Helper()
	p.Primary.Await(t, `select exists (select from pg_stat_replication where replay_lsn >= pg_current_wal_lsn())`)
}

// Cut cuts the link: from now on nothing that the primary commits reaches the standby.
func (p *Pair) Cut(t testing.TB) {
	t.Helper()
	p.follow(t, "")
	p.Standby.Await(t, `select not exists (select from pg_stat_wal_receiver)`)
}

// Relink mends the link.
func (p *Pair) Relink(t testing.TB) {
	t.Helper()
	p.follow(t, p.conninfo())
	p.AwaitLink(t)
}

func (p *Pair) follow(t testing.TB, conninfo string) {
	t.Helper()
	p.Standby.Exec(t, `alter system set primary_conninfo = '`+conninfo+`'`, `select pg_reload_conf()`)
}

// Promote makes the standby a primary, and returns when it accepts writes.
func (p *Pair) Promote(t testing.TB) {
	t.Helper()
	p.Standby.Exec(t, `select pg_promote()`)
	p.Standby.Await(t, `select not pg_is_in_recovery()`)
}

// PromotedAt returns when the standby stopped being one, by its own log.
func (p *Pair) PromotedAt(t testing.TB) time.Time {
	t.Helper()
	for line := range strings.Lines(p.Standby.said()) {
		if before, _, ok := strings.Cut(line, " ["); ok && strings.Contains(line, "archive recovery complete") {
			at, err := time.Parse("2006-01-02 15:04:05.000 MST", before)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
	}
	t.Fatal("the standby was not promoted")
	return time.Time{}
}

//go:embed keeper.sh
var keeper string

// startKeeper starts what ends the servers and removes their directory, in the end.
func (p *Pair) startKeeper(t testing.TB) {
	t.Helper()
	p.keeper = StartKeeper(t, p.programs, keeper, func() {
		for _, s := range []*Server{p.Primary, p.Standby} {
			if t.Failed() && s.ended != nil {
				t.Logf("the last words of the %s:\n%s", s.name, s.lastOfLog())
			}
			if s.frozen != nil {
				s.Thaw(t)
			}
		}
	})
}

//go:embed farewell.sh
var farewell string

// StartKeeper starts a script that ends what a test has started in the directory of the programs,
// which is its $1. The script begins when its input ends: after ending, at the end of the test, or
// when the test is killed. Until then it is told on its input what runs. It leaves the process ids
// of the servers that it told to end in $servers. The keeper waits for those, and removes the
// directory.
func StartKeeper(t testing.TB, programs *localpg.Programs, script string, ending func()) io.Writer {
	t.Helper()
	cmd := programs.Shell(context.Background(), script+farewell, programs.Dir)
	cmd.SysProcAttr.Setsid = true
	cmd.ExtraFiles = []*os.File{programs.Lock}
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the keeper: %v", err)
	}
	t.Cleanup(func() {
		ending()
		input.Close()
		_ = cmd.Wait()
		programs.Lock.Close()
	})
	return input
}

// tellKeeper tells the keeper which servers run.
func (p *Pair) tellKeeper(t testing.TB) {
	t.Helper()
	var pids []any
	for _, s := range []*Server{p.Primary, p.Standby} {
		if s.running() {
			pids = append(pids, s.cmd.Process.Pid)
		}
	}
	if _, err := fmt.Fprintln(p.keeper, pids...); err != nil {
		t.Fatalf("tell the keeper: %v", err)
	}
}

func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", cmd, err, output)
	}
}

// ClaimPort returns a port that nobody else has until the test ends, even while its server is
// stopped. It is below those that clients are given. The claim is the UDP port of the same
// number: the other pairs of all processes see it there, and PostgreSQL listens on TCP only.
func ClaimPort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20_000 + mathrand.IntN(12_000)
		address := fmt.Sprint(host, ":", port)
		claim, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			claim.Close()
			continue
		}
		listener.Close()
		t.Cleanup(func() { claim.Close() })
		return port
	}
	t.Fatal("no free port")
	return 0
}
