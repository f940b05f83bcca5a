package lab

import (
	"slices"
	"sync"
	"time"
)

// A Step is one thing that happened to one contender. The steps of a run are in the order in
// which they happened.
type Step struct {
	At        time.Duration `json:"at"`        // since the start of the run, in nanoseconds
	Contender int           `json:"contender"` // its number
	Kind      Kind          `json:"kind"`
	Attempt   int           `json:"attempt,omitempty"`     // from 1; 0 before the first attempt
	OnTheSpot bool          `json:"on_the_spot,omitempty"` // made while the log was locked, see [dcb.Decide]

	Events   int      `json:"events,omitempty"`   // Read: how many events it had not read before
	Taken    int      `json:"taken,omitempty"`    // Read: how many seats of its course it now knows to be taken
	Position int64    `json:"position,omitempty"` // Read: the position that it read up to; Appended: that of its event
	Refusal  string   `json:"refusal,omitempty"`  // Decided and Refused: the rule that refused
	By       []Cause  `json:"by,omitempty"`       // Conflicted: the first 10 events that got in between
	Stale    []string `json:"stale,omitempty"`    // Conflicted: what it knew that is no longer true

	// False is set for a conflict with events that the decision does not look at. Without
	// the conflict it would have come out the same.
	False   bool          `json:"false,omitempty"`
	Wait    time.Duration `json:"wait,omitempty"`    // Conflicted: the pause before the next attempt
	Receipt string        `json:"receipt,omitempty"` // the last step of a lane in a [Replay]: the id of its receipt
}

// A Kind is what happened in a step.
type Kind string

// The kinds of steps, in the order in which a contender takes them. After Conflicted comes
// Read again. One of the last four ends every lane.
const (
	Started    Kind = "started"    // it starts
	Read       Kind = "read"       // it has read the events inside its boundary
	Decided    Kind = "decided"    // it knows what it wants, or which rule refuses it
	Sent       Kind = "sent"       // it has thought, and sends its append
	Appended   Kind = "appended"   // its event is stored
	Conflicted Kind = "conflicted" // its append was rejected
	Seated     Kind = "seated"     // it has the seat
	Refused    Kind = "refused"    // a rule refused it
	Lost       Kind = "lost"       // all of its attempts met conflicts
	Stopped    Kind = "stopped"    // the run was stopped, or something broke
)

// A Cause is an event that made the log reject an append.
type Cause struct {
	Contender int    `json:"contender,omitempty"` // whose event it was; 0 if it was no contender's
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

// keep notes the receipt of a contender, whose lane is over by then.
func (r *recording) keep(contender int, receipt string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.receipts == nil {
		r.receipts = map[int]string{}
	}
	r.receipts[contender] = receipt
}

// withReceipts returns the steps so far. The last step of each lane has the receipt that keep
// noted for it.
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

// note adds a step, which happens now.
func (r *recording) note(step Step) {
	r.mu.Lock() // so that steps are in the order of their times
	defer r.mu.Unlock()
	step.At = time.Since(r.start)
	r.add(step)
}
