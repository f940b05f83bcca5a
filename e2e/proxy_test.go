package e2e

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// A proxy stands between the program and its database, and can be cut.
type proxy struct {
	t      testing.TB
	url    string // of the database, through the proxy
	addr   string
	target *pgx.ConnConfig

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// newProxy returns an open proxy to the database.
func newProxy(t testing.TB, databaseURL string) *proxy {
	t.Helper()
	target, err := pgx.ParseConfig(databaseURL)
	require.NoError(t, err)
	p := &proxy{t: t, addr: "127.0.0.1:0", target: target}
	p.open()
	t.Cleanup(p.close)
	p.url = "postgres://" + target.User + ":" + target.Password + "@" + p.addr + "/" + target.Database + "?sslmode=disable"
	return p
}

func (p *proxy) open() {
	p.t.Helper()
	listener, err := net.Listen("tcp", p.addr)
	require.NoError(p.t, err)
	p.addr, p.listener = listener.Addr().String(), listener
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			p.join(from)
		}
	}()
}

// join copies what one side says to the other until one of them ends.
func (p *proxy) join(from net.Conn) {
	network, address := pgconn.NetworkAddress(p.target.Host, p.target.Port)
	to, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	if err != nil {
		from.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, from, to)
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			io.Copy(pair[0], pair[1])
			pair[0].Close()
			pair[1].Close()
		}()
	}
}

// close cuts every connection and accepts no more.
func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.conns {
		conn.Close()
	}
	p.conns = nil
}
