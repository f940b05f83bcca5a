package lab

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A conflict is a false one if nothing in it is what the decision looks at, wherever in
// the conflict that stands.
func TestAConflictIsFalseIfTheDecisionLooksAtNoneOfIt(t *testing.T) {
	t.Parallel()
	inside, outside := dcb.Event{Type: "A", Tags: dcb.Tags{"x"}}, dcb.Event{Type: "B", Tags: dcb.Tags{"y"}}
	for name, conflict := range map[string]struct {
		events []dcb.Event
		false  bool
	}{
		"nothing":               {[]dcb.Event{outside, outside}, true},
		"all":                   {[]dcb.Event{inside, inside}, false},
		"the first of several":  {[]dcb.Event{inside, outside, outside}, false},
		"one of several":        {[]dcb.Event{outside, inside, outside}, false},
		"the last of several":   {[]dcb.Event{outside, outside, inside}, false},
		"the only one":          {[]dcb.Event{inside}, false},
		"not even the only one": {[]dcb.Event{outside}, true},
	} {
		l := lane{performance: &performance{steps: &recording{}}, looksAt: dcb.NewQuery(dcb.Tags{"x"})}
		l.conflicted(dcb.TraceConflicted{Conflict: &dcb.ConflictError{Events: conflict.events}})
		steps := l.steps.all()
		require.Len(t, steps, 1)
		assert.Equal(t, conflict.false, steps[0].False, name)
		assert.Len(t, steps[0].By, len(conflict.events))
	}
}
