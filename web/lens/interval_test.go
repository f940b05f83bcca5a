package lens_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/lens"
)

func TestIntervalsOfAppends(t *testing.T) {
	t.Parallel()
	exact := boundaryOf(t, SubscribeStudent{Student: "ada", Course: "algebra"})
	intervals := lens.IntervalsOf([]receipt.Append{{Boundary: exact.Items(), After: 4, Before: 9}, {After: 2, Before: 3}})
	require.Len(t, intervals, 2)
	assert.Equal(t, exact.Items(), intervals[0].Exact.Items())
	assert.Equal(t, []int64{4, 9}, []int64{intervals[0].After, intervals[0].Before})
	assert.True(t, intervals[1].Exact.IsZero())
}

// A stretch can't judge an interval that reaches beyond it, on either side.
func TestIntervalsWithinAStretch(t *testing.T) {
	t.Parallel()
	log := logged(t, algebra, logic, ada, kofi, takes("ada", "algebra"), takes("kofi", "logic"))
	stretch := lens.NewStretch(log[1:5]) // 2 to 5
	inside := []lens.Interval{{After: 1, Before: 2}, {After: 1, Before: 6}, {After: 5, Before: 6}}
	outside := []lens.Interval{{After: 0, Before: 6}, {After: 1, Before: 7}, {After: 0, Before: 7}}
	intervals := append(outside, inside...)
	given := slices.Clone(intervals)
	assert.Equal(t, inside, stretch.Within(intervals))
	assert.Equal(t, given, intervals, "the intervals that were given stay as they are")
}

func TestIntervalsOfSubscriptions(t *testing.T) {
	t.Parallel()
	log := logged(t, append(dcb.Facts(
		algebra, logic, ada, kofi, // 1 to 4
		takes("ada", "algebra"), // 5
		takes("kofi", "logic"),  // 6
		CourseRenamed{Course: "logic"},
		takes("ada", "logic"), // 8
	), dcb.Causing(leaves("kofi", "logic"), takes("noor", "logic"))...)...) // 10 is nobody's own decision
	ends := func(intervals []lens.Interval) (positions [][2]int64) {
		for _, g := range intervals {
			positions = append(positions, [2]int64{g.After, g.Before})
		}
		return positions
	}
	stretch := lens.NewStretch(log)
	subscriptions := stretch.Subscriptions(100)
	assert.Equal(t, [][2]int64{{7, 8}, {5, 6}, {4, 5}}, ends(subscriptions), "the latest first")
	assert.Equal(t, [][2]int64{{7, 8}, {5, 6}}, ends(stretch.Subscriptions(2)), "and at most so many")
	assert.Equal(t, boundaryOf(t, SubscribeStudent{Student: "ada", Course: "logic"}).Items(), subscriptions[0].Exact.Items())

	assert.Equal(t, [][2]int64{{6, 8}, {4, 6}, {3, 5}}, ends(stretch.Earlier(subscriptions, 1)))
	assert.Equal(t, [][2]int64{{2, 8}, {0, 6}}, ends(stretch.Earlier(subscriptions, 5)), "the third has no five events before it")
	assert.Equal(t, [][2]int64{{7, 8}, {5, 6}, {4, 5}}, ends(subscriptions), "the intervals themselves stay as they are")

	assert.Equal(t, []lens.Tally{{0, 0, 0}, {1, 1, 0}, {1, 1, 0}}, stretch.Tally(stretch.Earlier(subscriptions, 1)), "only the new title")
	assert.Equal(t, []lens.Tally{{3, 0, 0}, {3, 0, 0}, {1, 0, 2}}, stretch.Tally(stretch.Earlier(subscriptions, 2)), "and Kofi in Logic, and both registrations")

	late := lens.NewStretch(log[4:])
	assert.Equal(t, [][2]int64{{4, 8}}, ends(late.Earlier(late.Subscriptions(100), 3)))
}
