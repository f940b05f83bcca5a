//go:build linux

// Package cluster gives a test a cluster of PostgreSQL that fails over by itself: three
// nodes of Patroni, and one etcd in which they agree on their leader. A node can be killed,
// frozen and started again, and the leader can be switched.
//
// All of it listens on loopback, runs as an account without rights, and is thrown away. It
// ends with the test, also when the test is killed. The configuration is the one that an
// operator copies. Only tests import this package.
package cluster

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go-crablet/internal/debian"
	"go-crablet/internal/localpg"
	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

const (
	superuser = "postgres"
	host      = "127.0.0.1"
)

// A Cluster is three nodes, one of which is the leader.
type Cluster struct {
	Nodes []*Node

	programs *localpg.Programs
	bin      string // the folder with the programs of PostgreSQL
	etcd     string // its address
	guards   []*guard
	keeper   io.Writer
}

// New starts a cluster, with a copy of a configuration of Patroni. When it returns, the
// leader has two standbys, one of which every commit waits for, and the database "postgres"
// is migrated and empty.
func New(t testing.TB, configuration string) *Cluster {
	t.Helper()
	bin, err := debian.FindOrInstall(find, "patroni", "etcd-server", "postgresql")
	if err != nil {
		t.Fatal(err)
	}
	major, err := pgtest.Major()
	if err != nil {
		t.Fatal(err)
	}
	programs, err := localpg.FindPrograms(t.Context(), major)
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{programs: programs, bin: bin}
	c.tellVersion(t)
	c.startKeeper(t)
	c.copy(t, configuration)
	c.startEtcd(t)
	for _, name := range []string{"one", "two", "three"} {
		n := &Node{cluster: c, Name: name, port: pgpair.ClaimPort(t), api: pgpair.ClaimPort(t)}
		c.Nodes = append(c.Nodes, n)
		n.Start(t)
	}
	c.AwaitWhole(t)
	if _, err := migrations.Apply(t.Context(), c.URL(), nil); err != nil {
		t.Fatal(err)
	}
	return c
}

// tellVersion logs the version of Patroni that the nodes run, with the environment that they get.
func (c *Cluster) tellVersion(t testing.TB) {
	t.Helper()
	version, err := c.programs.Shell(t.Context(), "patroni --version").CombinedOutput()
	if err != nil {
		t.Fatalf("ask Patroni for its version: %v: %s", err, version)
	}
	t.Logf("the nodes run %s", strings.TrimSpace(string(version)))
}

// find looks for the programs, and returns the folder with those of PostgreSQL.
func find() (bin string, err error) {
	for _, program := range []string{"patroni", "etcd"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("find a program of the cluster: %w: on Debian, install patroni, etcd-server and postgresql", err)
		}
	}
	if rewind, err := exec.LookPath("pg_rewind"); err == nil {
		return filepath.Dir(rewind), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_rewind") // this is a pattern
	if len(found) == 0 {
		return "", fmt.Errorf("find pg_rewind in PATH or in /usr/lib/postgresql: on Debian, install postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// copy copies the configuration to where the account of the servers can read it.
func (c *Cluster) copy(t testing.TB, configuration string) {
	t.Helper()
	file, err := os.Open(configuration)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	keep := c.programs.Shell(t.Context(), `umask 077 && cat >"$1"`, c.configuration())
	keep.Stdin = file
	if output, err := keep.CombinedOutput(); err != nil {
		t.Fatalf("copy the configuration: %v: %s", err, output)
	}
}

func (c *Cluster) configuration() string { return filepath.Join(c.programs.Dir, "patroni.yml") }

func (c *Cluster) startEtcd(t testing.TB) {
	t.Helper()
	c.etcd = fmt.Sprint(host, ":", pgpair.ClaimPort(t))
	clients, peers := "http://"+c.etcd, fmt.Sprint("http://", host, ":", pgpair.ClaimPort(t))
	c.guard(t, "etcd", nil, "etcd", "--name=etcd", "--data-dir="+filepath.Join(c.programs.Dir, "etcd"),
		"--listen-client-urls="+clients, "--advertise-client-urls="+clients,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=etcd="+peers)
	pgpair.Await(t, "etcd accepts connections", func(context.Context) (bool, error) {
		conn, err := net.Dial("tcp", c.etcd)
		if err != nil {
			return false, err
		}
		return true, conn.Close()
	})
}

// URL returns the URL that an application is to use, which names all nodes and leads to the leader.
func (c *Cluster) URL() string {
	var hosts []string
	for _, n := range c.Nodes {
		hosts = append(hosts, n.Address())
	}
	return c.programs.URL("postgres://" + superuser + "@" + strings.Join(hosts, ",") + "/postgres?target_session_attrs=read-write")
}

// AwaitWhole waits until the leader has a synchronous standby and another standby, and returns
// the leader.
func (c *Cluster) AwaitWhole(t testing.TB) (leader *Node) {
	t.Helper()
	pgpair.Await(t, "the cluster is whole", func(context.Context) (bool, error) {
		leader = nil
		synchronous, replicas := 0, 0
		for _, n := range c.Nodes {
			switch {
			case n.is("leader"):
				leader = n
			case n.is("synchronous"):
				synchronous++
				fallthrough
			case n.is("replica"):
				replicas++
			}
		}
		return leader != nil && synchronous > 0 && replicas == len(c.Nodes)-1, nil
	})
	return leader
}

// AwaitLeader waits until a node that is not other accepts writes, and returns that node.
func (c *Cluster) AwaitLeader(t testing.TB, other *Node) (leader *Node) {
	t.Helper()
	pgpair.Await(t, "another node than "+other.Name+" leads", func(ctx context.Context) (bool, error) {
		for _, n := range c.Nodes {
			if n != other && n.acceptsWrites(ctx) {
				leader = n
				return true, nil
			}
		}
		return false, nil
	})
	return leader
}

// A guard is a process that watches over others: etcd, or Patroni.
type guard struct {
	name, log string
	cmd       *exec.Cmd
	ended     chan struct{}
}

// guard starts a process, and tells the keeper.
func (c *Cluster) guard(t testing.TB, name string, env []string, args ...string) *guard {
	t.Helper()
	g := &guard{name: name, log: filepath.Join(c.programs.Dir, name+".log"), ended: make(chan struct{})}
	g.cmd = c.programs.Shell(context.Background(), `umask 077 && exec "$@" >>"$log" 2>&1`, args...)
	g.cmd.Env = append(append(g.cmd.Env, "log="+g.log), env...)
	g.cmd.SysProcAttr.Setsid = true // Ctrl-C is for the test, which ends the cluster then
	if err := g.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	go func() {
		_ = g.cmd.Wait()
		close(g.ended)
	}()
	c.guards = append(c.guards, g)
	c.tellKeeper(t)
	return g
}

func (g *guard) running() bool {
	select {
	case <-g.ended:
		return false
	default:
		return true
	}
}

// lastOfLog returns what the process said last, and the server under it.
func (g *guard) lastOfLog() string {
	said, err := os.ReadFile(g.log)
	if err != nil {
		return err.Error()
	}
	return string(said[max(0, len(said)-6000):])
}

//go:embed keeper.sh
var keeper string

// startKeeper starts the process that ends the cluster when the test ends.
func (c *Cluster) startKeeper(t testing.TB) {
	t.Helper()
	c.keeper = pgpair.StartKeeper(t, c.programs, keeper, func() {
		for _, g := range c.guards {
			if t.Failed() {
				t.Logf("the last words of %s:\n%s", g.name, g.lastOfLog())
			}
		}
	})
}

// tellKeeper tells the keeper which processes run.
func (c *Cluster) tellKeeper(t testing.TB) {
	t.Helper()
	c.guards = slices.DeleteFunc(c.guards, func(g *guard) bool { return !g.running() })
	var pids []any
	for _, g := range c.guards {
		pids = append(pids, g.cmd.Process.Pid)
	}
	if _, err := fmt.Fprintln(c.keeper, pids...); err != nil {
		t.Fatalf("tell the keeper: %v", err)
	}
}

// send sends a signal to a process that may have ended.
func send(t testing.TB, signal syscall.Signal, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH { //nolint:errorlint // a system call returns it bare
		t.Fatalf("send %v to process %s: %v", signal, strconv.Itoa(pid), err)
	}
}
