package main

import (
	"net"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A line is the connection of the processes to the database. It can be cut. It can be muffled
// before: then requests still arrive, and answers do not.
type line struct {
	url      string // of the database, by this line
	addr     string
	network  string
	database string // its address

	mu       sync.Mutex
	listener net.Listener // nil while the line is cut
	joined   map[*joint]bool
}

// A joint is one connection.
type joint struct {
	client, server net.Conn
	muffled        atomic.Bool
}

func newLine(databaseURL string) (*line, error) {
	target, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	l := &line{addr: "127.0.0.1:0", joined: map[*joint]bool{}}
	l.network, l.database = pgconn.NetworkAddress(target.Host, target.Port)
	if err := l.restore(); err != nil {
		return nil, err
	}
	way := url.URL{Scheme: "postgres", User: url.User(target.User), Host: l.addr, Path: "/" + target.Database, RawQuery: "sslmode=disable"}
	l.url = way.String()
	return l, nil
}

// restore lets connections be made again.
func (l *line) restore() error {
	listener, err := net.Listen("tcp", l.addr)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.addr, l.listener = listener.Addr().String(), listener
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.join(client)
		}
	}()
	return nil
}

// muffle keeps all answers back, on the connections that there are.
func (l *line) muffle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for j := range l.joined {
		j.muffled.Store(true)
	}
}

// cut ends every connection, and lets no other be made.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listener != nil {
		l.listener.Close()
		l.listener = nil
	}
	for j := range l.joined {
		j.client.Close()
		j.server.Close()
	}
	clear(l.joined)
}

func (l *line) close() { l.cut() }

// join makes a connection, and returns when it has ended.
func (l *line) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(l.network, l.database)
	if err != nil {
		return
	}
	defer server.Close()
	j := &joint{client: client, server: server}
	l.mu.Lock()
	isCut := l.listener == nil
	if !isCut {
		l.joined[j] = true
	}
	l.mu.Unlock()
	if isCut {
		return
	}
	ended := make(chan struct{}, 2)
	go func() { pass(server, client, nil); ended <- struct{}{} }()
	go func() { pass(client, server, &j.muffled); ended <- struct{}{} }()
	<-ended
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.joined, j)
}

// pass copies what one side says to the other, until one of them ends.
func pass(to, from net.Conn, muffled *atomic.Bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err == nil && (muffled == nil || !muffled.Load()) {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}
