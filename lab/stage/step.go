package stage

import (
	"fmt"
	"strings"
)

// A Step is what an actor does when its turn comes.
type Step struct {
	Who Who
	Act Act
}

// Who is one of the two actors.
type Who int

// The actors. A is Ada. Who B is, the setting says.
const (
	A Who = iota
	B
)

// Other returns the other actor.
func (w Who) Other() Who { return B - w }

// An Act is one part of a decision.
type Act int

// The acts of an attempt, in their order.
const (
	Read   Act = iota + 1 // reads what is inside the boundary; after a conflict, what is new there
	Decide                // decides by what it has read
	Send                  // sends the append; without a lock, this only checks its condition
	Insert                // inserts after such a check
)

// String returns the code of the step, such as "a1".
func (s Step) String() string { return fmt.Sprintf("%c%d", 'a'+rune(s.Who), s.Act) }

// Most is how many steps can be played at most. The longest play has fewer.
const Most = 24

// separator stands between the codes of steps in an address.
const separator = "-"

// Codes writes steps as an address has them: "a1-a2-b1".
func Codes(steps []Step) string {
	codes := make([]string, len(steps))
	for i, step := range steps {
		codes[i] = step.String()
	}
	return strings.Join(codes, separator)
}

// ParseSteps reads what [Codes] writes. The text of its error is for whoever wrote the codes.
func ParseSteps(codes string) ([]Step, error) {
	if codes == "" {
		return nil, nil
	}
	var steps []Step
	for code := range strings.SplitSeq(codes, separator) {
		step, ok := stepOf(code)
		if !ok {
			return nil, fmt.Errorf("%.10q is not a step: steps are a1 to a4 and b1 to b4, with %q between them", code, separator)
		}
		if len(steps) == Most {
			return nil, fmt.Errorf("there are more than %d steps: leave the last ones out", Most)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func stepOf(code string) (Step, bool) {
	for _, who := range []Who{A, B} {
		for act := Read; act <= Insert; act++ {
			if step := (Step{who, act}); step.String() == code {
				return step, true
			}
		}
	}
	return Step{}, false
}

// An ImpossibleError says that a step can't be taken when its turn comes. Its text says which
// one can.
type ImpossibleError struct {
	Step Step
	At   int // the number of steps before it
	Next Act // what its actor can do instead; 0 if its decision is over
}

// Error implements error.
func (e *ImpossibleError) Error() string {
	if e.Next == 0 {
		return fmt.Sprintf("step %d can't be %s, because that decision is over: leave the step out", e.At+1, e.Step)
	}
	return fmt.Sprintf("step %d can't be %s: take %s first", e.At+1, e.Step, Step{e.Step.Who, e.Next})
}
