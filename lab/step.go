package lab

import (
	"slices"
	"sync"
	"time"
)

// A Step is one thing that happened to one contender. The steps of a run are in the
// order of time.
type Step struct {
	At        time.Duration `json:"at"`        // since the contenders were let go, in nanoseconds
	Contender int           `json:"contender"` // its number
	Kind      Kind          `json:"kind"`
	Attempt   int           `json:"attempt,omitempty"`     // from 1; 0 before the first
	OnTheSpot bool          `json:"on_the_spot,omitempty"` // taken while the log was locked, see [dcb.Decide]

	Events   int      `json:"events,omitempty"`   // Read: how many it had not read before
	Taken    int      `json:"taken,omitempty"`    // Read: the seats of its course that it now knows to be taken
	Position int64    `json:"position,omitempty"` // Read: of the log; Appended: of its event
	Refusal  string   `json:"refusal,omitempty"`  // Decided and Refused: the rule that said no
	By       []Cause  `json:"by,omitempty"`       // Conflicted: what got in between, the first at most 10
	Stale    []string `json:"stale,omitempty"`    // Conflicted: what it knew that was no longer true

	// False is set for a conflict with nothing that the decision looks at: it would have
	// come out the same.
	False   bool          `json:"false,omitempty"`
	Wait    time.Duration `json:"wait,omitempty"`    // Conflicted: the pause before the next attempt
	Receipt string        `json:"receipt,omitempty"` // the last step of a [Replay]: the id of its receipt, once that is kept
}

// A Kind is what happened in a step.
type Kind string

// The kinds of steps, in the order in which a contender takes them. Conflicted leads
// back to Read; the last four end a lane, and one of them always does.
const (
	Started    Kind = "started"    // it sets off
	Read       Kind = "read"       // it has read what is inside its boundary
	Decided    Kind = "decided"    // it knows what it wants, or which rule says no
	Sent       Kind = "sent"       // it has thought about it, and sends its append
	Appended   Kind = "appended"   // its event is stored
	Conflicted Kind = "conflicted" // its append was turned away
	Seated     Kind = "seated"     // it has the seat
	Refused    Kind = "refused"    // a rule said no
	Lost       Kind = "lost"       // all of its attempts met conflicts
	Stopped    Kind = "stopped"    // the run was stopped, or something broke
)

// A Cause is an event that turned an append away.
type Cause struct {
	Contender int    `json:"contender,omitempty"` // whose event it was; 0 for nobody's of the run
	Type      string `json:"type"`
	Position  int64  `json:"position"`
}

// last reports whether the step ends its lane.
func (s Step) last() bool {
	return s.Kind == Seated || s.Kind == Refused || s.Kind == Lost || s.Kind == Stopped
}

// A recording keeps the steps of a run as they happen.
type recording struct {
	feed[Step]
	mu       sync.Mutex
	start    time.Time
	receipts map[int]string // by contender
}

// begin starts the clock.
func (r *recording) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.start = time.Now()
}

// keep says that the receipt of a contender is kept. Its lane is over by then.
func (r *recording) keep(contender int, receipt string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.receipts == nil {
		r.receipts = map[int]string{}
	}
	r.receipts[contender] = receipt
}

// withReceipts returns the steps so far, and in the last ones of the lanes the receipts
// that are kept by now.
func (r *recording) withReceipts() []Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	steps := slices.Clone(r.all())
	for i := range steps {
		if steps[i].last() {
			steps[i].Receipt = r.receipts[steps[i].Contender]
		}
	}
	return steps
}

// note keeps a step, as of now.
func (r *recording) note(step Step) {
	r.mu.Lock() // so that the order of steps is that of their times
	defer r.mu.Unlock()
	step.At = time.Since(r.start)
	r.add(step)
}
