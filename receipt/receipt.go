package receipt

import (
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"go-crablet/dcb"
)

// A Receipt is the record of one decision.
type Receipt struct {
	ID            string            `json:"id"`
	Command       string            `json:"command"`         // the name of its type: "SubscribeStudent"
	Input         json.RawMessage   `json:"input,omitempty"` // its fields; nil if JSON can't have them, and in receipts of older versions
	Title         string            `json:"title"`           // what was asked for, in words
	CorrelationID string            `json:"correlation_id"`
	Metadata      map[string]string `json:"metadata,omitempty"` // what is noted with its events, see [dcb.WithMetadata]
	StartedAt     time.Time         `json:"started_at"`
	Took          time.Duration     `json:"took"`     // from the first read to the end, with all pauses
	Boundary      []dcb.QueryItem   `json:"boundary"` // of the first attempt that read
	Attempts      []Attempt         `json:"attempts"` // in order, at least one
}

// An Attempt is one time that the decision read, decided and appended.
type Attempt struct {
	After    int64   `json:"after"`     // the attempt read the events after this position; 0 in the first attempt
	ReadTo   int64   `json:"read_to"`   // it read up to this position; the append condition holds from here
	Read     int     `json:"read"`      // how many events it read, all inside the boundary
	LastRead []Event `json:"last_read"` // the last 12 of them, in order
	Knew     []Known `json:"knew"`      // the decision's state, in the order of its fields

	Moved *Moved `json:"moved,omitempty"` // how the boundary changed, or nil: it is the one of the attempt before

	Wanted  []Event `json:"wanted"`  // what it decided to append; their positions are 0 unless they were appended
	Refusal string  `json:"refusal"` // the rule that refused, or ""

	Hold *Hold `json:"gap,omitempty"` // how it was held before its append, or nil

	Conflict *Conflict `json:"conflict"` // why its append was rejected, or nil

	StartedOver *StartedOver `json:"started_over,omitempty"` // why the next attempt started from nothing, or nil

	Failure *Failure `json:"failure,omitempty"` // why it broke off, or nil
}

// StartedOver says that the log had lost its end, and that other events may stand there now.
// So what the decision knew does not count, and the next attempt reads the log anew.
type StartedOver struct {
	Known int64         `json:"known"` // the decision had read up to this position
	Wait  time.Duration `json:"wait"`  // the pause before the next attempt

	// Reading is set if the attempt found this out while it read. Then it knew nothing, and
	// decided nothing.
	Reading bool `json:"reading,omitempty"`
}

// IsVoid reports whether the decision started over after the attempt at index i. Then what
// that attempt knew does not count.
func (r Receipt) IsVoid(i int) bool {
	return slices.ContainsFunc(r.Attempts[i:], func(a Attempt) bool { return a.StartedOver != nil })
}

// SinceStart returns the attempts since the decision last started over, or all attempts if
// it never did. Each of them builds on the one before it. The last attempt always belongs to
// them, even if it met another log itself.
func SinceStart(attempts []Attempt) []Attempt {
	for i := len(attempts) - 2; i >= 0; i-- {
		if attempts[i].StartedOver != nil {
			return attempts[i+1:]
		}
	}
	return attempts
}

// Moved says that an attempt had another boundary than the one before it. Part of its
// boundary depends on what it reads ([dcb.Then]), and there it read something new.
type Moved struct {
	Boundary   []dcb.QueryItem `json:"boundary"`    // of this attempt
	Inside     int             `json:"inside"`      // how many events inside it the decision had read by then
	LastInside []Event         `json:"last_inside"` // the last 12 of them, in order
}

// A Hold is a pause between decision and append, made on purpose to watch what happens.
type Hold struct {
	Took time.Duration `json:"open"`
	End  HoldEnd       `json:"end"`
}

// A HoldEnd says why a hold ended.
type HoldEnd string

// The ends of a hold.
const (
	HoldContinued HoldEnd = "continued" // whoever held the attempt let it go on
	HoldTimedOut  HoldEnd = "bounded"   // nobody did, so it went on by itself
	HoldThought   HoldEnd = "thought"   // its time to think was over
)

// A Conflict says why an append was rejected, and what the decision did then.
type Conflict struct {
	Events []Event       `json:"events"`  // the first 10 that had got inside the boundary
	Stale  []string      `json:"stale"`   // the names of those in Knew that these events change
	Wait   time.Duration `json:"wait"`    // the pause before the next attempt; 0 if that was made on the spot
	GaveUp bool          `json:"gave_up"` // there is no next attempt
}

// An Outcome is how a decision ended.
type Outcome string

// The outcomes.
const (
	Appended Outcome = "appended" // its facts are stored
	Refused  Outcome = "refused"  // a rule refused it
	Lost     Outcome = "lost"     // every attempt met a conflict
	Nothing  Outcome = "nothing"  // there was nothing to do
	Failed   Outcome = "failed"   // it broke off, see [Failure]
)

// traceParent is the key of the metadata that names a trace, in the form of the header traceparent
// (W3C Trace Context).
const traceParent = "traceparent"

var traceParentForm = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// TraceID returns the id of the trace that the decision belongs to, or "" if nobody recorded it.
func (r Receipt) TraceID() string {
	found := traceParentForm.FindStringSubmatch(r.Metadata[traceParent])
	if found == nil {
		return ""
	}
	return found[1]
}

// Last returns the attempt that ended the decision, or the zero Attempt if there is none.
func (r Receipt) Last() Attempt {
	if len(r.Attempts) == 0 {
		return Attempt{}
	}
	return r.Attempts[len(r.Attempts)-1]
}

// Outcome says how the decision ended.
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

// Conflicts counts the attempts that met a conflict.
func (r Receipt) Conflicts() int {
	n := 0
	for _, attempt := range r.Attempts {
		if attempt.Conflict != nil {
			n++
		}
	}
	return n
}
