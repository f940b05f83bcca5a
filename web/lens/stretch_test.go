package lens_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

// A stretch finds by tag what the query matches event by event.
func TestAStretchMatchesWhatTheQueryMatches(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			log := logged(t, somethingHappens(random, 60)...)
			first := random.IntN(30)
			stretch := lens.NewStretch(log[first:])
			require.Equal(t, int64(first), stretch.After())
			require.Equal(t, int64(61), stretch.Before())
			require.Equal(t, 60-first, stretch.Len())
			for range 100 {
				query := someQuery(t, random)
				after := int64(first + random.IntN(60-first+1))
				before := after + 1 + random.Int64N(61-after)
				inBetween := log[after : before-1]
				require.Equal(t, slices.ContainsFunc(inBetween, query.Matches), stretch.Matches(query, after, before),
					"%v between %d and %d", query.Items(), after, before)
			}
		})
	}
}

// somethingHappens makes up n facts about a few courses and students.
func somethingHappens(random *rand.Rand, n int) []dcb.Fact {
	var facts []dcb.Fact
	for range n {
		student, course := somebody(random), someCourse(random)
		facts = append(facts, []dcb.Fact{
			takes(student, course), leaves(student, course), waits(student, course),
			CourseRenamed{Course: course, NewTitle: "Again"},
			CourseCapacityChanged{Course: course, NewCapacity: 3},
			StudentRenamed{Student: student, NewName: "Again"},
		}[random.IntN(6)])
	}
	return facts
}

var (
	allStudents = []StudentID{"ada", "kofi", "noor", "mei"}
	allCourses  = []CourseID{"algebra", "logic", "sets", "knots", "graphs", "groups", "rings", "fields", "trees", "limits"}
)

func somebody(random *rand.Rand) StudentID  { return allStudents[random.IntN(len(allStudents))] }
func someCourse(random *rand.Rand) CourseID { return allCourses[random.IntN(len(allCourses))] }

func someQuery(t *testing.T, random *rand.Rand) dcb.Query {
	exact := boundaryOf(t, SubscribeStudent{Student: somebody(random), Course: someCourse(random)})
	switch random.IntN(6) {
	case 0:
		return dcb.AllEvents()
	case 1:
		return dcb.Query{}
	case 2:
		return dcb.NewQuery(nil, "CourseRenamed").Or(dcb.NewQuery(dcb.NewTags("student_id", "nobody")))
	default:
		return lens.Drawings()[random.IntN(3)].Of(exact)
	}
}

func TestReadStretch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	empty, err := lens.ReadStretch(t.Context(), b.log, 0, 10)
	require.NoError(t, err)
	assert.Equal(t, 0, empty.Len())
	assert.Equal(t, int64(0), empty.After())
	assert.Equal(t, int64(1), empty.Before())

	b.happen(somethingHappens(rand.New(rand.NewPCG(1, 1)), 30)...)
	empty, err = lens.ReadStretch(t.Context(), b.log, 0, 10)
	require.NoError(t, err)
	assert.Equal(t, 0, empty.Len(), "nothing is up to 0")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = lens.ReadStretch(ctx, b.log, 30, 10)
	require.ErrorIs(t, err, context.Canceled)

	renamed := dcb.NewQuery(nil, "CourseRenamed", "StudentRenamed")
	for _, tt := range []struct {
		upTo   int64
		most   int
		after  int64
		before int64
	}{
		{upTo: 30, most: 100, after: 0, before: 31},
		{upTo: 30, most: 10, after: 20, before: 31},
		{upTo: 25, most: 10, after: 15, before: 26},
		{upTo: 5, most: 10, after: 0, before: 6},
		{upTo: 1, most: 10, after: 0, before: 2},
		{upTo: 9, most: 1, after: 8, before: 10},
	} {
		stretch, err := lens.ReadStretch(t.Context(), b.log, tt.upTo, tt.most)
		require.NoError(t, err)
		assert.Equal(t, tt.after, stretch.After())
		assert.Equal(t, tt.before, stretch.Before())
		for _, e := range b.all()[tt.after : tt.before-1] {
			assert.Equal(t, renamed.Matches(e), stretch.Matches(renamed, e.Position-1, e.Position+1), "at %d", e.Position)
		}
	}
}
