package dcb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// A simSession is what a server is for one connection.
type simSession struct {
	server *simServer
	pid    uint32
	random *rand.Rand
	types  *pgtype.Map

	conn net.Conn
	in   *pgproto3.Backend // reads from the connection
	out  *pgproto3.Backend // writes to the answer
	sent bytes.Buffer      // the answer, until it is whole

	cancelled chan struct{} // has room for one request to cancel the statement under way
	killed    chan struct{}
	kill      func()

	prepared map[string]string // the text of each statement by its name
	bound    simMessage
	failed   bool // what comes is passed over until the next Sync

	// The transaction, if there is one.
	began     bool
	aborted   bool
	bounded   bool // by setBounds
	frozen    bool // all of it sees the log as it was when its first statement began
	snapshot  []*simEvent
	notedLock bool // what dcb.has_lock is set to
	notifies  bool // tails, when it commits
	inserted  []*simEvent
}

var errSimKilled = errors.New("the session is killed")

func newSimSession(server *simServer, pid uint32, conn net.Conn) *simSession {
	s := &simSession{
		server: server, pid: pid, random: rand.New(rand.NewPCG(server.weather.seed, uint64(time.Now().UnixNano()))), types: pgtype.NewMap(),
		conn: conn, in: pgproto3.NewBackend(conn, nil), prepared: map[string]string{},
		cancelled: make(chan struct{}, 1), killed: make(chan struct{}),
	}
	s.out = pgproto3.NewBackend(nil, &s.sent)
	s.kill = sync.OnceFunc(func() {
		close(s.killed)
		conn.Close()
	})
	return s
}

// serve answers one request after the other, until the connection ends.
func (s *simSession) serve() {
	defer s.end()
	if !s.start() {
		return
	}
	for {
		request, err := s.receive()
		if err != nil || !s.answer(request, s.server.weather.fate(s, request)) {
			return
		}
	}
}

// end takes back what was not committed.
func (s *simSession) end() {
	s.server.settle(s, false)
	s.server.mu.Lock()
	if s.server.sessions[s.pid] == s {
		delete(s.server.sessions, s.pid)
	}
	s.server.mu.Unlock()
	s.conn.Close()
}

// start greets the client, or carries out its request to cancel what another session does.
func (s *simSession) start() bool {
	s.pause(200 * time.Microsecond)
	message, err := s.in.ReceiveStartupMessage()
	if err != nil {
		return false
	}
	if cancel, ok := message.(*pgproto3.CancelRequest); ok {
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		if other := s.server.sessions[cancel.ProcessID]; other != nil {
			select {
			case other.cancelled <- struct{}{}:
			default:
			}
		}
		return false
	}
	s.out.Send(&pgproto3.AuthenticationOk{})
	for _, name := range []string{"client_encoding", "server_encoding"} {
		s.out.Send(&pgproto3.ParameterStatus{Name: name, Value: "UTF8"})
	}
	s.out.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	s.out.Send(&pgproto3.BackendKeyData{ProcessID: s.pid, SecretKey: []byte{1, 2, 3, 4}})
	s.out.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	return s.flush(1)
}

// A simMessage is a message of a client, kept.
type simMessage struct {
	kind                    pgproto3.FrontendMessage // tells the type and no more
	object                  byte                     // that a Describe is about
	name, sql               string
	params                  [][]byte
	paramFormats, asFormats []int16
}

// receive returns the messages of the next request, up to its Sync.
func (s *simSession) receive() (request []simMessage, err error) {
	_ = s.conn.SetReadDeadline(time.Now().Add(s.longestIdle()))
	for {
		message, err := s.in.Receive()
		if err != nil {
			return nil, err
		}
		kept := simMessage{kind: message}
		switch m := message.(type) {
		case *pgproto3.Parse:
			kept.name, kept.sql = m.Name, m.Query
		case *pgproto3.Describe:
			kept.object, kept.name = m.ObjectType, m.Name
		case *pgproto3.Bind:
			kept.name = m.PreparedStatement
			kept.paramFormats, kept.asFormats = slices.Clone(m.ParameterFormatCodes), slices.Clone(m.ResultFormatCodes)
			for _, p := range m.Parameters {
				kept.params = append(kept.params, bytes.Clone(p))
			}
		case *pgproto3.Query:
			kept.sql = m.String
		case *pgproto3.Terminate:
			return nil, io.EOF
		}
		request = append(request, kept)
		switch message.(type) {
		case *pgproto3.Query, *pgproto3.Sync:
			return request, nil
		}
	}
}

// longestIdle returns how long the session waits for a request: in a transaction,
// idle_in_transaction_session_timeout.
func (s *simSession) longestIdle() time.Duration {
	if s.began && s.bounded {
		return 4 * time.Second
	}
	return 24 * time.Hour
}

// answer carries a request out, as its fate is, and reports whether the connection lasts.
func (s *simSession) answer(request []simMessage, fate simFate) bool {
	if fate.hangUp {
		s.conn.Close()
	}
	if !s.sleep(min(fate.late, s.longestIdle())) || fate.late > s.longestIdle() {
		return false
	}
	select {
	case <-s.cancelled: // what is not there yet is not cancelled
	default:
	}
	for i, message := range request {
		if i == fate.arrive {
			s.sleep(fate.silence)
			return false
		}
		if !s.pause(200 * time.Microsecond) {
			return false
		}
		err := fate.errorAt(i)
		if hasCode(err, "54000") && !s.notifies {
			err = nil
		}
		if err == nil && !s.failed {
			err = s.handle(message)
		}
		if err != nil {
			s.fail(err, message)
		}
		if isFatal(err) || errors.Is(err, errSimKilled) {
			s.flush(1)
			return false
		}
		s.sync(message)
	}
	return s.sleep(fate.slow) && s.pause(200*time.Microsecond) && s.flush(fate.share) && fate.share == 1
}

// fail tells the client of an error. It aborts the transaction.
func (s *simSession) fail(err error, during simMessage) {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return
	}
	s.out.Send(&pgproto3.ErrorResponse{
		Severity: e.Severity, SeverityUnlocalized: e.SeverityUnlocalized, Code: e.Code, Message: e.Message, ConstraintName: e.ConstraintName,
	})
	_, simple := during.kind.(*pgproto3.Query)
	s.failed = !simple
	s.aborted = s.began
	if s.began && s.textOf(during) == commit { // a commit that fails ends the transaction, too
		s.finish(false)
	}
}

// sync ends a request.
func (s *simSession) sync(last simMessage) {
	switch last.kind.(type) {
	case *pgproto3.Query, *pgproto3.Sync:
		s.failed = false
		status := byte('I')
		switch {
		case s.aborted:
			status = 'E'
		case s.began:
			status = 'T'
		}
		s.out.Send(&pgproto3.ReadyForQuery{TxStatus: status})
	}
}

// flush sends a share of the answer, and reports whether it got to the client.
func (s *simSession) flush(share float64) bool {
	defer s.sent.Reset()
	if err := s.out.Flush(); err != nil {
		return false
	}
	whole := s.sent.Bytes()
	_, err := s.conn.Write(whole[:int(float64(len(whole))*share)])
	return err == nil
}

func (s *simSession) note(what string, detail any) {
	s.server.note(fmt.Sprint("session ", s.pid), what, detail)
}

// pause lets others go on, for a random time that is seldom longer than usual.
func (s *simSession) pause(usual time.Duration) bool {
	d := 1 + time.Duration(s.random.Int64N(int64(usual)))
	if s.random.IntN(60) == 0 {
		d *= 20
	}
	return s.sleep(d)
}

// sleep reports whether the session is still there afterwards.
func (s *simSession) sleep(d time.Duration) bool {
	if d > 0 {
		select {
		case <-time.After(d):
		case <-s.killed:
		}
	}
	select {
	case <-s.killed:
		return false
	default:
		return true
	}
}

// textOf returns the statement that a message is about.
func (s *simSession) textOf(m simMessage) string {
	switch m.kind.(type) {
	case *pgproto3.Query, *pgproto3.Parse:
		return m.sql
	case *pgproto3.Execute:
		return s.prepared[s.bound.name]
	}
	if m.object == 'P' {
		return s.prepared[s.bound.name]
	}
	return s.prepared[m.name]
}
