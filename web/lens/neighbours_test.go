package lens_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

// said returns what neighbours could do that would not be refused.
func (b *bench) said(cmd dcb.Command) []string {
	b.t.Helper()
	rehearsal, err := lens.NewRehearsal(b.t.Context(), b.log)
	require.NoError(b.t, err)
	var does []string
	for _, neighbour := range b.neighboursOf(cmd) {
		decision, err := rehearsal.Try(b.t.Context(), neighbour.Command)
		require.NoError(b.t, err)
		if len(decision.Events) > 0 {
			does = append(does, neighbour.Does)
		}
	}
	return does
}

func TestNeighboursAreThePeopleAndCoursesThatThereAre(t *testing.T) {
	t.Parallel()
	sets := CourseDefined{Course: "sets", Title: "Sets", Capacity: 1}
	b := newBench(t, algebra, logic, sets, ada, kofi, noor, takes("kofi", "algebra"))
	assert.Equal(t, []string{
		"Noor takes a seat in Algebra",
		"Kofi leaves Algebra",
		"Ada takes a seat in Logic",
		"Algebra gets 3 seats",
		"Algebra is archived",
		"Kofi takes a seat in Logic",
		"Algebra gets another title",
		"Ada gets another name",
		"Logic is archived",
	}, b.said(SubscribeStudent{Student: "ada", Course: "algebra"}))

	b.happen(takes("noor", "algebra"), takes("noor", "sets"), waits("ada", "sets"), takes("ada", "logic"))
	assert.Equal(t, []string{
		"Kofi leaves Algebra",
		"Ada leaves Logic",
		"Noor leaves Sets, for which Ada waits",
		"Algebra gets 3 seats",
		"Algebra is archived",
		"Algebra gets another title",
		"Ada gets another name",
	}, b.said(SubscribeStudent{Student: "ada", Course: "algebra"}), "Algebra is full, and Ada has places everywhere else")
}

func TestNeighboursAreAboutTheOldestSeatAndTheOldestPlaceOnAWaitlist(t *testing.T) {
	t.Parallel()
	facts := dcb.Facts(algebra, ada, noor)
	for _, id := range []CourseID{"graphs", "knots", "rings", "sets"} {
		facts = append(facts, CourseDefined{Course: id, Title: "The " + string(id), Capacity: 1})
	}
	facts = append(facts, takes("noor", "rings"), waits("ada", "rings"), takes("noor", "graphs"), waits("ada", "graphs"),
		takes("ada", "sets"), takes("ada", "knots"))
	b := newBench(t, facts...)
	does := b.said(SubscribeStudent{Student: "ada", Course: "algebra"})
	assert.Contains(t, does, "Ada leaves The sets")
	assert.Contains(t, does, "Noor leaves The rings, for which Ada waits")
}

func TestANeighbourWhoLeavesIsSomebodyElse(t *testing.T) {
	t.Parallel()
	b := newBench(t, algebra, ada, kofi, takes("ada", "algebra"), takes("kofi", "algebra"))
	does := b.said(SubscribeStudent{Student: "ada", Course: "algebra"})
	assert.Contains(t, does, "Kofi leaves Algebra")
	assert.NotContains(t, does, "Ada leaves Algebra")
}

func TestNeighboursTakeSeatsInCoursesThatAreNotArchived(t *testing.T) {
	t.Parallel()
	abacus := CourseDefined{Course: "abacus", Title: "Abacus", Capacity: 9}
	b := newBench(t, abacus, algebra, logic, ada, CourseArchived{Course: "abacus"})
	assert.Contains(t, b.said(SubscribeStudent{Student: "ada", Course: "algebra"}), "Ada takes a seat in Logic")
}

// Somebody else's command about another course can be a conflict: it moves the student
// up from a waitlist.
func TestAPromotionElsewhereIsAConflict(t *testing.T) {
	t.Parallel()
	sets := CourseDefined{Course: "sets", Title: "Sets", Capacity: 1}
	b := newBench(t, algebra, sets, ada, noor, takes("noor", "sets"), waits("ada", "sets"))
	cmd := SubscribeStudent{Student: "ada", Course: "algebra"}
	rehearsal, err := lens.NewRehearsal(t.Context(), b.log)
	require.NoError(t, err)
	theirs, err := rehearsal.Try(t.Context(), UnsubscribeStudent{Student: "noor", Course: "sets"})
	require.NoError(t, err)
	require.Len(t, theirs.Events, 3)
	match := lens.FindMatch(boundaryOf(t, cmd), theirs.Events)
	assert.True(t, match.Inside)
	assert.Equal(t, theirs.Events[1], match.Event, "the seat that Ada gets")
}

func TestNeighboursOnALogWithNobodyElse(t *testing.T) {
	t.Parallel()
	full := CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 10_000}
	b := newBench(t, full, ada)
	assert.Equal(t, []string{
		"Algebra gets 9999 seats",
		"Algebra is archived",
		"Algebra gets another title",
		"Ada gets another name",
	}, b.said(SubscribeStudent{Student: "ada", Course: "algebra"}))
}

// A swap has the neighbours of a subscription, and others around the course that it gives back.
func TestNeighboursOfASwapAreAroundBothCourses(t *testing.T) {
	t.Parallel()
	sets := CourseDefined{Course: "sets", Title: "Sets", Capacity: 2}
	b := newBench(t, algebra, logic, sets, ada, kofi, noor, takes("ada", "sets"), takes("ada", "logic"), takes("kofi", "sets"))
	swap := SwapSeats{Student: "ada", From: "sets", To: "algebra"}
	does := b.said(swap)
	assert.Contains(t, does, "Kofi takes a seat in Algebra")
	assert.Contains(t, does, "Ada leaves Logic", "another course of hers")
	assert.Equal(t, []string{"Ada leaves Sets", "Noor waits for Sets", "Kofi leaves Sets"}, does[len(does)-3:])
	assert.Equal(t, 1, strings.Count(strings.Join(does, "\n"), "Ada leaves Sets"))

	b.happen(leaves("kofi", "sets"))
	does = b.said(swap)
	assert.Equal(t, []string{"Ada leaves Sets", "Kofi takes a seat in Sets"}, does[len(does)-2:], "there is no line for a free seat")
}
