package dcb

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// A simWeather says what goes wrong with requests.
type simWeather struct {
	seed   uint64
	faulty float64 // so many requests have a fault; of those that store, more
	kinds  []string

	planned func(s *simSession, request []simMessage) simFate // instead of all that
}

// A simFate is what becomes of one request. Its clients learn little of that.
type simFate struct {
	hangUp  bool          // the client sees the connection end, before the request arrives
	late    time.Duration // it arrives so much later
	arrive  int           // so many of its messages do; -1 for all
	silence time.Duration // if not all arrive, the connection ends so much later

	failing int   // this message fails; -1 for none
	err     error // with this

	slow  time.Duration // the answer takes so much longer
	share float64       // of the answer arrives, and then the connection ends; 1 for all
}

var simCalm = simFate{arrive: -1, failing: -1, share: 1}

// simFaults are all kinds of faults.
var simFaults = []string{"lost", "silent", "cut short", "late", "late and silent", "no answer", "half an answer", "slow answer", "error", "error", "fatal"}

// fate draws what becomes of a request.
func (w simWeather) fate(s *simSession, request []simMessage) simFate {
	if w.planned != nil {
		return w.planned(s, request)
	}
	faulty := w.faulty
	if s.stores(request) {
		faulty *= 3
	}
	if len(w.kinds) == 0 || s.random.Float64() >= faulty {
		return simCalm
	}
	s.server.mu.Lock()
	s.server.faults++
	s.server.mu.Unlock()
	fate, random := simCalm, s.random
	kind := w.kinds[random.IntN(len(w.kinds))]
	switch kind {
	case "lost":
		fate.arrive = 0
	case "silent":
		fate.arrive, fate.silence = 0, 30*time.Second
	case "cut short":
		fate.arrive = random.IntN(len(request))
	case "late":
		fate.hangUp, fate.late = true, anyTime(random)
	case "a little late":
		if s.stores(request) {
			fate.hangUp, fate.late = true, time.Millisecond+time.Duration(random.Int64N(int64(4*time.Millisecond)))
		}
	case "late and silent":
		fate.late = anyTime(random)
	case "no answer":
		fate.share = 0
	case "half an answer":
		fate.share = random.Float64()
	case "slow answer":
		fate.slow = anyTime(random)
	case "error":
		fate.failing, fate.err = s.passingError(request)
	case "fatal":
		err := simError("57P01", "terminating connection due to administrator command")
		err.Severity, err.SeverityUnlocalized = "FATAL", "FATAL"
		fate.failing, fate.err = random.IntN(len(request)), err
	}
	s.note("meets a fault: "+kind, fate)
	return fate
}

// stores reports whether a request inserts something.
func (s *simSession) stores(request []simMessage) bool {
	return slices.ContainsFunc(request, func(m simMessage) bool {
		_, bind := m.kind.(*pgproto3.Bind)
		return bind && strings.Contains(s.prepared[m.name], storeSQL[len(storeSQL)-40:])
	})
}

// anyTime returns a few milliseconds, some more of them, or up to fifteen seconds.
func anyTime(random *rand.Rand) time.Duration {
	longest := []time.Duration{4 * time.Millisecond, 20 * time.Millisecond, 15 * time.Second}[random.IntN(3)]
	return time.Duration(random.Int64N(int64(longest)))
}

// passingError draws an error of the server that does not come again.
func (s *simSession) passingError(request []simMessage) (at int, err error) {
	var executes []int
	last := "" // of the statements
	for i, m := range request {
		switch m.kind.(type) {
		case *pgproto3.Bind:
			last = s.prepared[m.name]
		case *pgproto3.Execute:
			executes = append(executes, i)
		}
	}
	if len(executes) == 0 {
		return s.random.IntN(len(request)), simError("53200", "out of memory")
	}
	at = executes[s.random.IntN(len(executes))]
	switch s.random.IntN(4) {
	case 0:
		return at, simError("0A000", "cached plan must not change result type")
	case 1:
		return at, simError("55P03", "canceling statement due to lock timeout")
	case 2:
		return at, simError("53200", "out of memory")
	}
	if last != commit {
		return at, simError("57014", "canceling statement due to statement timeout")
	}
	return executes[len(executes)-1], simError("54000", "too many notifications in the NOTIFY queue")
}

// errorAt returns the error with which a message fails, or nil.
func (f simFate) errorAt(i int) error {
	if i == f.failing {
		return f.err
	}
	return nil
}

// isFatal reports whether an error ends the connection.
func isFatal(err error) bool {
	return err != nil && !isServerError(err)
}
