//go:build linux

package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/internal/pgpair"
)

// A Node is Patroni and the server that it starts, stops, promotes and demotes. Its data
// and its address stay the same when it is killed and started again.
type Node struct {
	Name string

	cluster   *Cluster
	port, api int // of the server, and of Patroni
	patroni   *guard
	frozen    []int // the processes that Freeze stopped
}

// URL returns the URL of the database "postgres" on this node alone.
func (n *Node) URL() string {
	return n.cluster.programs.URL("postgres://" + superuser + "@" + n.Address() + "/postgres")
}

// Address returns the host and the port of the node's server.
func (n *Node) Address() string { return net.JoinHostPort(host, strconv.Itoa(n.port)) }

func (n *Node) apiAddress() string { return net.JoinHostPort(host, strconv.Itoa(n.api)) }

// Data returns the directory of the node's server.
func (n *Node) Data() string { return filepath.Join(n.cluster.programs.Dir, n.Name, "data") }

// Start starts Patroni, which does the rest.
func (n *Node) Start(t testing.TB) {
	t.Helper()
	make := n.cluster.programs.Shell(t.Context(), `umask 077 && mkdir -p "$1"`, filepath.Dir(n.Data()))
	if output, err := make.CombinedOutput(); err != nil {
		t.Fatalf("make the directory of %s: %v: %s", n.Name, err, output)
	}
	n.patroni = n.cluster.guard(t, n.Name, []string{
		"PATRONI_NAME=" + n.Name,
		"PATRONI_ETCD3_HOSTS=" + n.cluster.etcd,
		"PATRONI_RESTAPI_LISTEN=" + n.apiAddress(), "PATRONI_RESTAPI_CONNECT_ADDRESS=" + n.apiAddress(),
		"PATRONI_POSTGRESQL_LISTEN=" + n.Address(), "PATRONI_POSTGRESQL_CONNECT_ADDRESS=" + n.Address(),
		"PATRONI_POSTGRESQL_DATA_DIR=" + n.Data(), "PATRONI_POSTGRESQL_BIN_DIR=" + n.cluster.bin,
	}, "patroni", n.cluster.configuration())
}

// Kill ends all processes of the node at once, as a loss of power does.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	server := n.server(t)
	children := pgpair.ChildrenOf(t, server)
	send(t, syscall.SIGKILL, n.patroni.cmd.Process.Pid)
	send(t, syscall.SIGKILL, server)
	for _, pid := range children {
		send(t, syscall.SIGKILL, pid)
	}
	<-n.patroni.ended
	n.cluster.tellKeeper(t)
}

// Freeze stops all processes of the node without a word, as if the machine were paused:
// connections stay open, new ones are accepted, and nobody answers.
func (n *Node) Freeze(t testing.TB) {
	t.Helper()
	for _, parent := range []int{n.patroni.cmd.Process.Pid, n.server(t)} { // first, so that it starts no others
		send(t, syscall.SIGSTOP, parent)
		n.frozen = append(append(n.frozen, parent), pgpair.ChildrenOf(t, parent)...)
	}
	for _, pid := range n.frozen {
		send(t, syscall.SIGSTOP, pid)
	}
}

// Thaw lets a frozen node go on where it was.
func (n *Node) Thaw(t testing.TB) {
	t.Helper()
	for _, pid := range n.frozen {
		send(t, syscall.SIGCONT, pid)
	}
	n.frozen = nil
}

// server returns the process of the node's server.
func (n *Node) server(t testing.TB) (pid int) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(n.Data(), "postmaster.pid"))
	if err == nil {
		first, _, _ := strings.Cut(string(file), "\n")
		pid, err = strconv.Atoi(first)
	}
	if err != nil {
		t.Fatalf("find the server of %s: %v", n.Name, err)
	}
	return pid
}

var client = http.Client{Timeout: 10 * time.Second}

// is reports whether Patroni says that the node has a role.
func (n *Node) is(role string) bool {
	answer, err := client.Get("http://" + n.apiAddress() + "/" + role)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// acceptsWrites reports whether the node's server accepts writes.
func (n *Node) acceptsWrites(ctx context.Context) (accepts bool) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, n.URL())
	if err != nil {
		return false
	}
	defer conn.Close(context.Background())
	err = conn.QueryRow(ctx, `select not pg_is_in_recovery()`).Scan(&accepts)
	return err == nil && accepts
}

// SwitchOver makes the synchronous standby the leader. n is the leader that steps back.
func (n *Node) SwitchOver(t testing.TB) {
	t.Helper()
	for _, other := range n.cluster.Nodes {
		if other != n && other.is("synchronous") {
			n.ask(t, "/switchover", map[string]string{"leader": n.Name, "candidate": other.Name})
			return
		}
	}
	t.Fatalf("%s has no synchronous standby", n.Name)
}

// ask asks Patroni to do something.
func (n *Node) ask(t testing.TB, what string, how any) {
	t.Helper()
	body, err := json.Marshal(how)
	if err != nil {
		t.Fatal(err)
	}
	patient := http.Client{Timeout: time.Minute}
	answer, err := patient.Post("http://"+n.apiAddress()+what, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(fmt.Sprintf("%s of %s: %s: %s", what, n.Name, answer.Status, said), err)
	}
}
