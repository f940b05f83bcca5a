package nearby

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// Patience is how long [Standbys.Choose] waits for a standby.
	Patience = 2 * time.Second

	// LongestLag is how far a standby may be behind. A reader who has seen nothing yet is never shown
	// anything older.
	LongestLag = 10 * time.Second
)

// Standbys are the standbys that may be read from. They are safe for concurrent use.
type Standbys struct {
	primary *pgxpool.Pool
	all     []*standby
	turn    atomic.Uint32 // so that standbys take turns

	mu     sync.Mutex
	looked chan struct{} // closed after the next look at any standby

	end     context.CancelFunc
	looking sync.WaitGroup
}

// Open opens a pool for each of the standbys, and looks at each of them once. A standby that can't
// be used is no error: reads go to the primary, and the logger is told why. Close the standbys
// before the pool of the primary.
func Open(ctx context.Context, primary *pgxpool.Pool, standbys []*pgxpool.Config, logger *slog.Logger) (*Standbys, error) {
	looking, end := context.WithCancel(context.Background())
	s := &Standbys{primary: primary, looked: make(chan struct{}), end: end}
	for _, config := range standbys {
		c := config.ConnConfig
		one := &standby{
			name: net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), primary: primary, logger: logger,
			hurry: make(chan struct{}, 1), state: state{State: State{Why: "is not looked at yet"}},
		}
		config = config.Copy()
		config.BeforeConnect = one.suitPooler
		var err error
		if one.pool, err = pgxpool.NewWithConfig(looking, config); err != nil {
			s.Close()
			return nil, fmt.Errorf("open the pool of a standby: %w", err)
		}
		s.all = append(s.all, one)
	}
	var first sync.WaitGroup
	for _, one := range s.all {
		first.Go(func() { one.look(ctx) })
	}
	first.Wait()
	for _, one := range s.all {
		s.looking.Go(func() { s.follow(looking, one) })
	}
	return s, nil
}

// Close ends what looks at the standbys, and closes their pools. Nobody may read from them any more.
func (s *Standbys) Close() {
	s.end()
	s.looking.Wait()
	for _, one := range s.all {
		one.close()
	}
}

const (
	often  = 10 * time.Millisecond  // between two looks while somebody waits
	seldom = 500 * time.Millisecond // and while nobody does

	// longestLook is how long a server may take for the answer to a look. One that takes longer is not
	// used.
	longestLook = 2 * time.Second
)

// follow looks at a standby again and again, until ctx is done.
func (s *Standbys) follow(ctx context.Context, one *standby) {
	for {
		pause := seldom
		if one.waiting.Load() > 0 {
			pause = often
		}
		select {
		case <-ctx.Done():
			return
		case <-one.hurry:
			// Whoever has begun to wait needs an answer from now on.
		case <-time.After(pause):
		}
		one.look(ctx)
		s.mu.Lock()
		close(s.looked)
		s.looked = make(chan struct{})
		s.mu.Unlock()
	}
}

// Choose returns a context whose reads go to a standby that has reached a place, and waits for one
// for [Patience] at most. Otherwise its reads go to the primary. Call done after the last read. The
// context ends when the standby is lost.
func (s *Standbys) Choose(ctx context.Context, place Place) (chosen context.Context, done func()) {
	if one, anyInUse := s.at(place); one != nil || !anyInUse {
		return one.choose(ctx)
	}
	defer s.wait()()
	for enough := time.After(Patience); ; {
		looked := s.nextLook() // before asking, so that no look is missed
		if one, anyInUse := s.at(place); one != nil || !anyInUse {
			return one.choose(ctx)
		}
		select {
		case <-looked:
		case <-enough:
			return OnPrimary(ctx, "no standby had within "+Patience.String()+" what you have seen"), func() {}
		case <-ctx.Done():
			return OnPrimary(ctx, "the reader has left"), func() {}
		}
	}
}

// nextLook returns a channel that is closed after the next look at any standby.
func (s *Standbys) nextLook() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.looked
}

// Await waits until some standby has reached a place, for [Patience] at most.
func (s *Standbys) Await(ctx context.Context, place Place) {
	_, done := s.Choose(ctx, place)
	done()
}

// wait makes all standbys be looked at often, until stop is called.
func (s *Standbys) wait() (stop func()) {
	for _, one := range s.all {
		one.waiting.Add(1)
		select {
		case one.hurry <- struct{}{}:
		default:
		}
	}
	return func() {
		for _, one := range s.all {
			one.waiting.Add(-1)
		}
	}
}

// at returns a standby that has reached a place, or nil, and whether any standby is in use.
func (s *Standbys) at(place Place) (one *standby, anyInUse bool) {
	first := int(s.turn.Add(1))
	for i := range s.all {
		one := s.all[(first+i)%len(s.all)]
		now := one.now()
		anyInUse = anyInUse || now.Why == ""
		if now.Why == "" && now.place >= place {
			return one, true
		}
	}
	return nil, anyInUse
}

// A State says how a standby stands.
type State struct {
	Name   string        // its host and port
	Why    string        // why it is not used, as the rest of a sentence about it; "" if it is used
	Events int64         // by how many events it is behind the primary
	Lag    time.Duration // since when it lacks something that the primary had
}

// String says in a sentence how the standby stands.
func (s State) String() string { return "the standby " + s.Name + " is " + s.Words() }

// Words says in a few words how far the standby is, or why it is not used.
func (s State) Words() string {
	if s.Why != "" {
		return "not used: it " + s.Why
	}
	return fmt.Sprintf("%d events and %.1f s behind the primary", s.Events, s.Lag.Seconds())
}

// States returns how the standbys stand, in the order in which they were named.
func (s *Standbys) States() []State {
	states := make([]State, len(s.all))
	for i, one := range s.all {
		states[i] = one.now().State
		states[i].Name = one.name
	}
	return states
}
