package pgtest

import (
	"context"
	"math"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A Line is a way to a database that can be cut, and that can fall silent as the way to a
// machine that is gone: nothing gets through, and no connection ends.
type Line struct {
	URL string // of the database, by this line

	t      testing.TB
	addr   string
	target *pgx.ConnConfig

	mu       sync.Mutex
	listener net.Listener
	ends     []net.Conn
	made     int      // connections
	most     int      // that get through
	silence  *silence // of the connections that are made now
}

// A silence is what connections have in common that fall silent together.
type silence struct {
	mu      sync.Mutex
	silent  bool
	forever chan struct{} // closed when the test is over
}

// NewLine returns a line to a database. It is cut when the test ends.
func NewLine(t testing.TB, databaseURL string) *Line {
	t.Helper()
	target, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{t: t, addr: "127.0.0.1:0", target: target, most: math.MaxInt, silence: &silence{forever: make(chan struct{})}}
	l.Restore()
	t.Cleanup(func() {
		l.Cut()
		l.mu.Lock()
		defer l.mu.Unlock()
		close(l.silence.forever)
	})
	way := url.URL{Scheme: "postgres", User: url.UserPassword(target.User, target.Password), Host: l.addr, Path: "/" + target.Database}
	l.URL = by(way.String(), databaseURL, "sslmode", "disable")
	return l
}

// Restore lets connections be made again after Cut.
func (l *Line) Restore() {
	l.t.Helper()
	listener, err := net.Listen("tcp", l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	l.addr, l.listener = listener.Addr().String(), listener
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			l.join(from)
		}
	}()
}

// Cut ends every connection, and lets no other be made.
func (l *Line) Cut() {
	l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, end := range l.ends {
		end.Close()
	}
	l.ends = nil
}

// Silence makes all connections silent, those that will be made too. They stay silent
// after Speak.
func (l *Line) Silence() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silence.fall()
}

// SilenceAfter makes all connections silent as soon as more than that many were made.
func (l *Line) SilenceAfter(connections int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most = connections
}

// Made returns how many connections were made.
func (l *Line) Made() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made
}

// Speak lets connections that are made from now on get through.
func (l *Line) Speak() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silence = &silence{forever: l.silence.forever}
}

// join copies what one side says to the other until one of them ends.
func (l *Line) join(from net.Conn) {
	network, address := pgconn.NetworkAddress(l.target.Host, l.target.Port)
	to, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	if err != nil {
		from.Close()
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends = append(l.ends, from, to)
	if l.made++; l.made > l.most {
		l.silence.fall()
	}
	go l.silence.pass(to, from)
	go l.silence.pass(from, to)
}

func (s *silence) fall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = true
}

// pass copies what is said. In a silence it says nothing more, and does not end.
func (s *silence) pass(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		s.mu.Lock()
		silent := s.silent
		s.mu.Unlock()
		if silent {
			<-s.forever
			return
		}
		if err == nil {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}
