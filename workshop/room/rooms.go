package room

import (
	"crypto/rand"
	"strconv"
	"sync"
	"time"
)

// The bounds on rooms.
const (
	MostRooms        = 20
	MostParticipants = 60

	Shortest = 10 * time.Minute
	Longest  = 8 * time.Hour
	grace    = time.Hour // how long a room outlasts its time

	// A participant may tell atOnce things at once, and then one in every pace.
	atOnce = 10
	pace   = 2 * time.Second
)

// Rooms are the rooms of one process. They are safe for concurrent use.
type Rooms struct {
	changed func(code string)

	mu     sync.Mutex
	byCode map[string]*room
	closed bool
}

// New returns rooms that call changed after each change of a room.
func New(changed func(code string)) *Rooms {
	return &Rooms{changed: changed, byCode: map[string]*room{}}
}

// A room is one room. Its participants stand in the order in which they came.
type room struct {
	opened, ends time.Time
	forget       *time.Timer
	participants []*participant
}

type participant struct {
	Progress
	name  string // as the leader sees it: "Ada", or "Ada 2" if there is another one
	heard time.Time
	steps map[string]*stay // by the name of the step
	until time.Time        // when everything told so far is paid for at the steady pace
}

// A stay is what the room has heard about a participant and one step.
type stay struct {
	since time.Time
	green time.Time     // zero while it is not green
	took  time.Duration // from red to green; 0 if the room did not hear of both
}

// Open opens a room for some time, and returns its code. The error is [ErrManyRooms].
func (r *Rooms) Open(length time.Duration) (code string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byCode) >= MostRooms || r.closed {
		return "", ErrManyRooms
	}
	for code == "" || r.byCode[code] != nil {
		code = newCode()
	}
	now := time.Now()
	r.byCode[code] = &room{
		opened: now, ends: now.Add(length),
		forget: time.AfterFunc(length+grace, func() { r.Stop(code) }),
	}
	return code, nil
}

// newCode makes a code that people can read out. It has no 0 and o, and no 1, i and l.
func newCode() string {
	const signs = "23456789abcdefghjkmnpqrstuvwxyz"
	code := make([]byte, 6)
	rand.Read(code) // it never returns an error
	for i := range code {
		code[i] = signs[int(code[i])%len(signs)]
	}
	return string(code)
}

// Stop forgets a room and everything in it. It reports whether there was one.
func (r *Rooms) Stop(code string) bool {
	r.mu.Lock()
	found := r.byCode[code]
	if found != nil {
		found.forget.Stop()
		delete(r.byCode, code)
	}
	r.mu.Unlock()
	if found != nil {
		r.changed(code)
	}
	return found != nil
}

// Close forgets all rooms. Nobody can open another one.
func (r *Rooms) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for code, room := range r.byCode {
		room.forget.Stop()
		delete(r.byCode, code)
	}
	r.closed = true
}

// Codes returns the codes of all rooms, the oldest first.
func (r *Rooms) Codes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return sortedBy(r.byCode, func(room *room) time.Time { return room.opened })
}

// Tell notes what a participant told. Whoever tells something for the first time comes into the
// room by it. It returns the name by which the leader sees the participant. The error is
// [ErrNoRoom], [ErrFull] or [ErrTooSoon].
func (r *Rooms) Tell(code string, p Progress) (name string, err error) {
	name, err = r.note(code, p)
	if err == nil {
		r.changed(code)
	}
	return name, err
}

func (r *Rooms) note(code string, p Progress) (name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.byCode[code]
	if room == nil {
		return "", ErrNoRoom
	}
	who := room.find(p.Participant)
	if who == nil {
		if len(room.participants) >= MostParticipants {
			return "", ErrFull
		}
		who = room.enter(p)
	}
	now := time.Now()
	if !who.mayTell(now) {
		return "", ErrTooSoon
	}
	if p.Shows == "" {
		p.Shows = who.Shows
	}
	who.Progress, who.heard = p, now
	who.at(now)
	return who.name, nil
}

// find returns the participant with a secret, or nil.
func (r *room) find(secret string) *participant {
	for _, p := range r.participants {
		if p.Participant == secret {
			return p
		}
	}
	return nil
}

// enter adds a participant. If somebody has the name already, it gets a number.
func (r *room) enter(p Progress) *participant {
	who := &participant{Progress: p, name: p.Name, steps: map[string]*stay{}}
	for n := 2; r.isTaken(who.name); n++ {
		who.name = p.Name + " " + strconv.Itoa(n)
	}
	r.participants = append(r.participants, who)
	return who
}

func (r *room) isTaken(name string) bool {
	for _, p := range r.participants {
		if p.name == name {
			return true
		}
	}
	return false
}

// mayTell counts once, and reports whether the participant keeps to the pace.
func (p *participant) mayTell(now time.Time) bool {
	until := p.until
	if until.Before(now) {
		until = now
	}
	if until.Add(pace).Sub(now) > atOnce*pace {
		return false
	}
	p.until = until.Add(pace)
	return true
}

// at notes when a step was begun, and when it was green for the first time.
func (p *participant) at(now time.Time) {
	s := p.steps[p.Step]
	if s == nil {
		s = &stay{since: now}
		p.steps[p.Step] = s
	}
	if p.State == Green && s.green.IsZero() {
		s.green, s.took = now, now.Sub(s.since)
	}
}
