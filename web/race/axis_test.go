package race

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"go-crablet/lab"
)

// The axis of a race that takes as long as expected is the same before its first step and after its
// last one, and the race fills most of it.
func TestTheAxisStaysWhileARaceRuns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		race  lab.Race
		takes time.Duration // with a tenth more than the time to think alone
	}{
		{"more than there are seats", goodShow, 3300 * time.Millisecond},
		{"as many as there are seats", lab.Race{Contenders: 4, Seats: 4, Courses: 1, Think: time.Second}, 4400 * time.Millisecond},
		{"one after the other", lab.Race{Contenders: 9, Seats: 1, Courses: 1, Think: 10 * time.Millisecond, Spread: time.Second}, 1111 * time.Millisecond},
		{"in many courses", lab.Race{Contenders: 40, Seats: 5, Courses: 10, Think: time.Second}, 4400 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			axis := axisOf(test.race, 0)
			assert.Equal(t, axis, axisOf(test.race, test.takes))
			assert.Less(t, axis, test.takes*5/4)
			assert.Equal(t, axis*5/4, axisOf(test.race, axis+1), "a race that takes too long makes it longer, a little")
		})
	}
	assert.Equal(t, shortestAxis, axisOf(lab.Race{Contenders: 2, Seats: 1, Courses: 1}, 0), "with nothing to think about")
}
