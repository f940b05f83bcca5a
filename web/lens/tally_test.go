package lens_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

// Each drawing judges one interval, by the facts in it.
func TestTally(t *testing.T) {
	t.Parallel()
	exact := boundaryOf(t, SubscribeStudent{Student: "ada", Course: "algebra"})
	var (
		nothing       = lens.Tally{}
		conflict      = lens.Tally{Conflicts: 1}
		falseConflict = lens.Tally{Conflicts: 1, False: 1}
		missed        = lens.Tally{Missed: 1}
	)
	tests := []struct {
		name                 string
		between              []dcb.Fact
		exactly, tag, stream lens.Tally
	}{
		{"nothing", nil, nothing, nothing, nothing},
		{"a stranger", dcb.Facts(takes("kofi", "logic")), nothing, nothing, nothing},
		{"somebody in the same course", dcb.Facts(takes("kofi", "algebra")), conflict, conflict, conflict},
		{"the student elsewhere", dcb.Facts(takes("ada", "logic")), conflict, conflict, missed},
		{"a new title", dcb.Facts(CourseRenamed{Course: "algebra"}), nothing, falseConflict, falseConflict},
		{"a new name", dcb.Facts(StudentRenamed{Student: "ada"}), nothing, falseConflict, nothing},
		{"a new title, and the student elsewhere", dcb.Facts(CourseRenamed{Course: "algebra"}, takes("ada", "logic")), conflict, conflict, conflict},
		{"a new name, and the student elsewhere", dcb.Facts(StudentRenamed{Student: "ada"}, takes("ada", "logic")), conflict, conflict, missed},
	}
	var all []dcb.Fact
	var intervals []lens.Interval
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := logged(t, append(append(dcb.Facts(algebra), tt.between...), ada)...)
			interval := lens.Interval{Exact: exact, After: 1, Before: int64(len(events))}
			assert.Equal(t, []lens.Tally{tt.exactly, tt.tag, tt.stream}, lens.NewStretch(events).Tally([]lens.Interval{interval}))
		})
		intervals = append(intervals, lens.Interval{Exact: exact, After: int64(len(all)), Before: int64(len(all) + len(tt.between) + 1)})
		all = append(all, tt.between...)
	}
	assert.Equal(t, []lens.Tally{{4, 0, 0}, {6, 2, 0}, {3, 1, 2}}, lens.NewStretch(logged(t, all...)).Tally(intervals), "of all of them")
	assert.Equal(t, []lens.Tally{{}, {}, {}}, lens.NewStretch(nil).Tally(nil))
}
