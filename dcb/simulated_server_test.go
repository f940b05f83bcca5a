package dcb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"
)

// A simServer is PostgreSQL as far as a [Store] can tell. It speaks PostgreSQL's protocol on
// connections in memory, and it knows the statements of this package: it has a log, an append
// lock, and transactions that nobody sees before they commit. So the store and the pool of a
// simulation are those of production, and only the server is not.
type simServer struct {
	weather simWeather
	began   time.Time

	mu       sync.Mutex // never held while somebody sleeps
	log      []*simEvent
	versions []simVersion // what the log was, one after the other; the last is what it is
	sessions map[uint32]*simSession
	started  uint32 // sessions
	holder   *simSession
	queue    []*simTurn    // of sessions that wait for the append lock
	settled  chan struct{} // closed when the next transaction is over
	away     bool          // nobody can connect
	faults   int           // that were injected
	happened []simHappening
}

// A simEvent is a row of dcb_event.
type simEvent struct {
	Event
	rest int16 // how many events of the same append stand behind it
	last bool  // it is the last of its transaction
}

// A simVersion is the log after an append. Readers see whole versions only: the
// transaction of the append is committed, and the append is the last one of it.
type simVersion struct {
	log   []*simEvent
	whole bool
}

func (v simVersion) head() Checkpoint {
	if len(v.log) == 0 {
		return Checkpoint{}
	}
	return v.log[len(v.log)-1].Checkpoint()
}

// A simTurn is a session's place in the queue for the append lock.
type simTurn struct {
	session *simSession
	come    chan struct{} // closed when the session has the lock
}

func newSimServer(weather simWeather) *simServer {
	return &simServer{
		weather: weather, began: time.Now(), versions: []simVersion{{whole: true}},
		sessions: map[uint32]*simSession{}, settled: make(chan struct{}),
	}
}

// begin lets the log begin with facts.
func (s *simServer) begin(facts []Fact) {
	for i, fact := range facts {
		data, _ := json.Marshal(fact)
		e := NewInputEvent(fact.EventType(), fact.Tags(), data).stored(context.Background())
		e.Position, e.RecordedAt = int64(i+1), time.Now()
		s.log = append(s.log, &simEvent{Event: e, last: i == len(facts)-1, rest: int16(len(facts) - 1 - i)})
	}
	s.versions = []simVersion{{slices.Clip(s.log), true}}
}

var errSimRefused = errors.New("connection refused")

// dial connects a client. It is for [pgconn.Config.DialFunc].
func (s *simServer) dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, errSimRefused
	}
	s.started++
	client, server := net.Pipe()
	session := newSimSession(s, s.started, server)
	s.sessions[s.started] = session
	go session.serve()
	return client, nil
}

// lock takes the append lock for a session, or waits for it in the order of arrival.
func (s *simServer) lock(session *simSession, longest time.Duration) error {
	s.mu.Lock()
	if s.holder == nil || s.holder == session {
		s.holder = session
		s.mu.Unlock()
		return nil
	}
	turn := &simTurn{session, make(chan struct{})}
	s.queue = append(s.queue, turn)
	s.mu.Unlock()
	var err error
	select {
	case <-turn.come:
		return nil
	case <-time.After(longest):
		err = simError("55P03", "canceling statement due to lock timeout")
	case <-session.cancelled:
		err = simError("57014", "canceling statement due to user request")
	case <-session.killed:
		err = errSimKilled
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holder == session {
		return nil // it came at the same moment
	}
	s.queue = slices.DeleteFunc(s.queue, func(t *simTurn) bool { return t == turn })
	return err
}

// lockIfFree takes the append lock for a session if nobody has it.
func (s *simServer) lockIfFree(session *simSession) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holder == nil {
		s.holder = session
	}
	return s.holder == session
}

// settle ends the transaction of a session: what it inserted is in the log if commit is true,
// and its lock is free.
func (s *simServer) settle(session *simSession, commit bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if commit && len(session.inserted) > 0 && s.sessions[session.pid] == session {
		session.inserted[len(session.inserted)-1].last = true
		for _, e := range session.inserted {
			s.log = append(s.log, e)
			s.happened = append(s.happened, simHappening{time.Since(s.began), fmt.Sprint("session ", session.pid), "has stored " + e.Type + " of call " + e.CorrelationID, e.Position})
			if e.rest == 0 {
				s.versions = append(s.versions, simVersion{slices.Clip(s.log), e.last})
			}
		}
	}
	session.inserted = nil
	close(s.settled)
	s.settled = make(chan struct{})
	if s.holder != session {
		return
	}
	s.holder = nil
	if len(s.queue) > 0 {
		s.holder = s.queue[0].session
		close(s.queue[0].come)
		s.queue = s.queue[1:]
	}
}

// insert stores events for the transaction of a session. As the unique indexes of the table
// do, it waits for transactions that have stored one of the same positions or IDs.
func (s *simServer) insert(session *simSession, events []*simEvent) error {
	for {
		s.mu.Lock()
		constraint, waits := s.taken(session, events)
		settled := s.settled
		if constraint == "" {
			session.inserted = append(session.inserted, events...)
		}
		s.mu.Unlock()
		switch {
		case constraint == "":
			return nil
		case !waits:
			err := simError("23505", "duplicate key value violates unique constraint")
			err.ConstraintName = constraint
			return err
		}
		select {
		case <-settled:
		case <-session.killed:
			return errSimKilled
		}
	}
}

// taken returns the constraint that events violate, or would if another transaction committed:
// of the first of them that does, that on positions before that on IDs.
func (s *simServer) taken(session *simSession, events []*simEvent) (constraint string, waits bool) {
	for i, e := range events {
		for _, constraint := range []string{"dcb_event_pkey", "dcb_event_id_is_unique"} {
			isSame := func(stored *simEvent) bool { return e.Position == stored.Position }
			if constraint == "dcb_event_id_is_unique" {
				isSame = func(stored *simEvent) bool { return e.ID == stored.ID }
			}
			if slices.ContainsFunc(slices.Concat(s.log, session.inserted, events[:i]), isSame) {
				return constraint, false
			}
			for _, other := range s.sessions {
				if other != session && slices.ContainsFunc(other.inserted, isSame) {
					return constraint, true
				}
			}
		}
	}
	return "", false
}

// failOver lets a standby take over that lacks the last transactions, at most so many. All
// connections are lost.
func (s *simServer) failOver(random *rand.Rand, most int) {
	s.mu.Lock()
	ends := []int{0}
	for i, e := range s.log {
		if e.last {
			ends = append(ends, i+1)
		}
	}
	lost := min(random.IntN(most+1), len(ends)-1)
	s.log = slices.Clip(s.log[:ends[len(ends)-1-lost]])
	if lost > 0 {
		s.versions = append(s.versions, simVersion{s.log, true})
	}
	s.mu.Unlock()
	s.note("", "fails over, and loses transactions", lost)
	s.endAll()
}

// endAll ends all sessions, and what they have not committed.
func (s *simServer) endAll() {
	s.mu.Lock()
	s.faults++
	ended := s.sessions
	s.sessions, s.holder, s.queue = map[uint32]*simSession{}, nil, nil
	close(s.settled)
	s.settled = make(chan struct{})
	s.mu.Unlock()
	for _, session := range ended {
		session.kill()
	}
}

// setAway says whether nobody can connect.
func (s *simServer) setAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// now returns the log as it is, and the number of its version.
func (s *simServer) now() (log []*simEvent, version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clip(s.log), len(s.versions) - 1
}

// since returns the versions of the log from one on.
func (s *simServer) since(version int) []simVersion {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.versions[version:])
}

// injected returns how many faults there were so far.
func (s *simServer) injected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}
