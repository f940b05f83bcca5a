// Package receipt keeps the record of decisions: what each attempt read, what it
// then knew, what it decided, and what came of it.
//
// A [Recorder] listens to the trace of a decision ([dcb.Trace]) and so knows what
// the decision knew, rather than what could be found out afterwards. A [Store]
// keeps the receipts in a table of their own: no decision ever reads one.
package receipt

import (
	"encoding/json"
	"slices"
	"time"

	"go-crablet/dcb"
)

// A Receipt is the record of one decision.
type Receipt struct {
	ID            string          `json:"id"`
	Command       string          `json:"command"`         // the name of its type: "SubscribeStudent"
	Input         json.RawMessage `json:"input,omitempty"` // its fields; nil if they were not kept, as in older receipts
	Title         string          `json:"title"`           // what was asked for, in words
	CorrelationID string          `json:"correlation_id"`
	StartedAt     time.Time       `json:"started_at"`
	Took          time.Duration   `json:"took"`     // from the first read to the end, pauses included
	Boundary      []dcb.QueryItem `json:"boundary"` // of the first attempt that read it
	Attempts      []Attempt       `json:"attempts"` // in order, at least one
}

// An Attempt is one round of reading, deciding and appending.
type Attempt struct {
	After    int64   `json:"after"`     // what was known from the attempt before; 0 in the first
	ReadTo   int64   `json:"read_to"`   // the log was read up to here, and the condition holds from here
	Read     int     `json:"read"`      // how many events lay inside the boundary, in between
	LastRead []Event `json:"last_read"` // the last of them, in order, at most 12
	Knew     []Known `json:"knew"`      // the decision's state, in the order of its fields

	Moved *Moved `json:"moved,omitempty"` // where the boundary went, or nil: it is that of the attempt before

	Wanted  []Event `json:"wanted"`  // what it decided to append; positions are 0 unless it was appended
	Refusal string  `json:"refusal"` // the rule that said no, or ""

	Gap *Gap `json:"gap,omitempty"` // how the gap before the append was held open, or nil

	Conflict *Conflict `json:"conflict"` // what turned the append away, or nil

	StartedOver *StartedOver `json:"started_over,omitempty"` // why nothing that was known counts any more, or nil

	Failure *Failure `json:"failure,omitempty"` // what broke the attempt off, or nil
}

// StartedOver says that the log turned out to be another one than was read: it lost its
// end, and other events may stand there. The next attempt knows nothing of those before.
type StartedOver struct {
	Known int64         `json:"known"` // what was read up to here does not count any more
	Wait  time.Duration `json:"wait"`  // the pause before the next attempt

	// Reading is set when it was found out by a read. Then the attempt knew nothing of its
	// own, and decided nothing.
	Reading bool `json:"reading,omitempty"`
}

// IsVoid reports whether what the attempt at an index knew is of another history of the
// log: the decision started over after it.
func (r Receipt) IsVoid(i int) bool {
	return slices.ContainsFunc(r.Attempts[i:], func(a Attempt) bool { return a.StartedOver != nil })
}

// SinceStart returns the last of the attempts that build on each other: those behind the
// last one before the end that made the decision start over.
func SinceStart(attempts []Attempt) []Attempt {
	for i := len(attempts) - 2; i >= 0; i-- {
		if attempts[i].StartedOver != nil {
			return attempts[i+1:]
		}
	}
	return attempts
}

// Moved says that an attempt looked at something else than the one before: part of
// its boundary is found while reading ([dcb.Then]), and what it was found by changed.
type Moved struct {
	Boundary   []dcb.QueryItem `json:"boundary"`
	Inside     int             `json:"inside"`      // how many of the events read so far lie inside it
	LastInside []Event         `json:"last_inside"` // the last of them, in order, at most 12
}

// An Event is what a receipt keeps of an event.
type Event struct {
	Position    int64           `json:"position"`
	ID          string          `json:"id"`
	CausationID string          `json:"causation_id,omitempty"` // the event that it follows from, if any
	Type        string          `json:"type"`
	Tags        dcb.Tags        `json:"tags"`
	Data        json.RawMessage `json:"data"`
}

// Known is one thing that a decision knew: a field of its state.
type Known struct {
	Name  string `json:"name"`
	Value string `json:"value"` // "" for a list
	// The elements of a list, each with its fields; one that has none is a single
	// Known without a name. It is nil for what is no list.
	Items [][]Known `json:"items,omitzero"`
}

// A Gap is the time between a decision and its append, drawn out on purpose.
type Gap struct {
	Open time.Duration `json:"open"`
	End  GapEnd        `json:"end"`
}

// A GapEnd says what ended a gap.
type GapEnd string

// The ends of a gap.
const (
	GapContinued GapEnd = "continued" // whoever held it let the decision go on
	GapBounded   GapEnd = "bounded"   // nobody did, and it went on by itself
	GapThought   GapEnd = "thought"   // a think time was over
)

// A Conflict says why an append was turned away, and what was done about it.
type Conflict struct {
	Events []Event       `json:"events"` // what got inside the boundary, the first at most 10
	Stale  []string      `json:"stale"`  // the names of what it made out of date, as in Knew
	Wait   time.Duration `json:"wait"`   // the pause before the next attempt; 0 when that was made on the spot
	GaveUp bool          `json:"gave_up"`
}

// An Outcome is how a decision ended.
type Outcome string

// The outcomes.
const (
	Appended Outcome = "appended" // its facts are stored
	Refused  Outcome = "refused"  // a rule said no
	Lost     Outcome = "lost"     // every attempt met a conflict
	Nothing  Outcome = "nothing"  // there was nothing to do
	Failed   Outcome = "failed"   // it broke off, see [Failure]
)

// Last returns the attempt that ended the decision, or the zero Attempt if there is none.
func (r Receipt) Last() Attempt {
	if len(r.Attempts) == 0 {
		return Attempt{}
	}
	return r.Attempts[len(r.Attempts)-1]
}

// Outcome tells how the decision ended.
func (r Receipt) Outcome() Outcome {
	switch last := r.Last(); {
	case last.Failure != nil:
		return Failed
	case last.Refusal != "":
		return Refused
	case last.Conflict != nil:
		return Lost
	case len(last.Wanted) == 0:
		return Nothing
	default:
		return Appended
	}
}

// Conflicts counts the attempts that were turned away.
func (r Receipt) Conflicts() int {
	n := 0
	for _, attempt := range r.Attempts {
		if attempt.Conflict != nil {
			n++
		}
	}
	return n
}
