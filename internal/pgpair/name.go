//go:build linux || darwin

package pgpair

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// A Name is an address that leads to one server or to several, each new connection to
// any of them, as a host name with several addresses does. Where connections lead that
// are there already does not change.
type Name struct {
	pair     *Pair
	listener net.Listener

	mu      sync.Mutex
	servers []*Server
	conns   map[net.Conn]bool
}

// Name returns an address that leads to the primary, until it is told otherwise.
func (p *Pair) Name(t testing.TB) *Name {
	t.Helper()
	listener, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	n := &Name{pair: p, listener: listener, servers: []*Server{p.Primary}, conns: map[net.Conn]bool{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { n.join(client) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		n.Cut()
		serving.Wait()
	})
	return n
}

// LeadsTo says where new connections lead from now on.
func (n *Name) LeadsTo(servers ...*Server) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.servers = servers
}

// Cut ends the connections that are there.
func (n *Name) Cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for conn := range n.conns {
		conn.Close()
	}
}

// URL returns the URL of the database "postgres" under this name, for a server that
// accepts writes.
func (n *Name) URL() string {
	return n.pair.programs.URL(n.pair.address(n.listener.Addr().String()) + "?target_session_attrs=read-write")
}

// join passes on what both sides say, until either ends the connection.
func (n *Name) join(client net.Conn) {
	defer client.Close()
	server, err := n.dial()
	if err != nil {
		return
	}
	defer server.Close()
	n.keep(client, true)
	defer n.keep(client, false)
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	_, _ = io.Copy(client, server)
}

func (n *Name) keep(conn net.Conn, open bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if open {
		n.conns[conn] = true
	} else {
		delete(n.conns, conn)
	}
}

// dial connects to any of the servers that can be reached.
func (n *Name) dial() (conn net.Conn, err error) {
	n.mu.Lock()
	servers := n.servers
	n.mu.Unlock()
	for _, i := range rand.Perm(len(servers)) {
		if conn, err = net.Dial("tcp", servers[i].Address()); err == nil {
			break
		}
	}
	return conn, err
}
