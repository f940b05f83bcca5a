package decisions

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

func TestReceiptOfAPromotion(t *testing.T) {
	log := newBusyLog(t, fullAlgebra("mei", "ada")...)
	v := viewed(t, log, log.record(t, courses.UnsubscribeStudent{Student: "noor", Course: "algebra", Request: "first"}, "Noor leaves Algebra"))
	require.Len(t, v.First, 1)
	attempt := v.First[0]

	assert.Equal(t, "Read 16 events up to 20, in two reads. Nothing got inside before the append.", attempt.Caption)
	var first, second []string
	for _, item := range attempt.Boundary.Items {
		said := item.Subject + ": " + item.Kinds
		if item.Found {
			second = append(second, said)
		} else {
			first = append(first, said)
		}
	}
	assert.Equal(t, []string{
		"This request: whatever it brought about before",
		"Algebra: definition, waiting begun, waiting ended, capacity changes, seats taken and seats given back",
		"Noor: registration, forgetting, waiting begun and waiting ended",
	}, first)
	assert.Equal(t, []string{"Mei: seats taken and seats given back", "Ada: seats taken and seats given back"}, second)
	assert.Equal(t, "how many courses Mei and Ada had", attempt.Boundary.Found)

	assert.Contains(t, attempt.Knew.Rows, story.KnownRow{Name: "Request", Now: story.Answer{"new"}})
	assert.Contains(t, attempt.Knew.Rows, story.KnownRow{Name: "Waiting", Now: story.Answer{"mei", "ada"}})
	assert.Contains(t, attempt.Knew.Rows, story.KnownRow{Name: "Waiters", Now: story.Answer{"mei: courses taken 10", "ada: courses taken 0"}})
	assert.Equal(t, story.Verdict{
		Strong: "Left.",
		Text:   "No rule said no, Ada moved up from the waitlist, and nothing new was inside after 20.",
	}, attempt.Verdict)

	var together []string
	for _, c := range attempt.Appended {
		together = append(together, strings.TrimSpace(fmt.Sprintf("%s%d %s %s", strings.Repeat("> ", c.Depth), c.Position, c.Words.Sentence, c.Because)))
	}
	assert.Equal(t, []string{
		"21 Noor left Algebra",
		"> 22 Ada took a seat in Algebra because of 21",
		"> > 23 Ada left the waitlist of Algebra because of 22",
	}, together)

	var page strings.Builder
	require.NoError(t, receiptPage(v).Render(t.Context(), &page))
	for _, said := range []string{"Found in a second read,", "Appended together", "promotion.go", "mei: courses taken 10"} {
		assert.Contains(t, page.String(), said)
	}
}

func TestReceiptWithoutWaitersHasOneRead(t *testing.T) {
	log := newBusyLog(t, fullAlgebra()...)
	attempt := viewed(t, log, log.record(t, courses.UnsubscribeStudent{Student: "noor", Course: "algebra"}, "Noor leaves Algebra")).First[0]
	assert.NotContains(t, attempt.Caption, "in two reads")
	assert.Empty(t, attempt.Boundary.Found)
	assert.Empty(t, attempt.Appended, "it is one event")
	assert.Contains(t, attempt.Knew.Rows, story.KnownRow{Name: "Waiters", Now: story.Answer{"none"}})
}

// Meanwhile Ada leaves the waitlist and Ivo joins it. So the second attempt reads about other
// students than the first.
func TestReceiptOfABoundaryThatMoves(t *testing.T) {
	log := newBusyLog(t, fullAlgebra("ada")...)
	log.turns = [][]dcb.Fact{{courses.StudentLeftWaitlist{Student: "ada", Course: "algebra"}, waits("ivo", "algebra")}}
	v := viewed(t, log, log.record(t, courses.UnsubscribeStudent{Student: "noor", Course: "algebra"}, "Noor leaves Algebra"))
	require.Len(t, v.First, 2)
	lost, won := v.First[0], v.First[1]
	assert.Equal(t, "waiting", lost.Verdict.Stale)
	assert.Equal(t, "how many courses Ada had", lost.Boundary.Found)
	assert.Equal(t, "how many courses Ivo had", won.Boundary.Found)
	assert.Contains(t, won.Knew.Rows, story.KnownRow{Name: "Waiting", Before: []story.Answer{{"ada"}}, Now: story.Answer{"ivo"}, Changed: true, Varied: true})
	seats := story.Answer{"algebra: capacity 2, seats taken 2"}
	assert.Contains(t, won.Knew.Rows, story.KnownRow{Name: "Seats", Before: []story.Answer{seats}, Now: seats})
	assert.Contains(t, won.Verdict.Text, "Ivo moved up from the waitlist")
}

func TestReceiptNamesTheAttemptWithTheSameBoundary(t *testing.T) {
	log := newBusyLog(t, fullAlgebra("ada")...)
	log.turns = [][]dcb.Fact{
		{waits("ivo", "algebra")},
		{courses.CourseCapacityChanged{Course: "algebra", NewCapacity: 2}},
	}
	v := viewed(t, log, log.record(t, courses.UnsubscribeStudent{Student: "noor", Course: "algebra"}, "Noor leaves Algebra"))
	require.Len(t, v.First, 3)
	assert.NotEmpty(t, v.First[1].Boundary.Items, "it moved")
	assert.Empty(t, v.First[2].Boundary.Items)
	assert.Equal(t, 2, v.First[2].Boundary.Same)
}

func TestReceiptOfARequestThatWasCarriedOutBefore(t *testing.T) {
	log := newBusyLog(t, fullAlgebra()...)
	again := courses.UnsubscribeStudent{Student: "noor", Course: "algebra", Request: "first"}
	log.record(t, again, "Noor leaves Algebra")
	record := log.record(t, again, "Noor leaves Algebra")
	assert.Equal(t, ui.Outcome{Colour: "outside", Icon: "i-open", Words: "Carried out before"}, story.OutcomeOf(record))
	v := viewed(t, log, record)
	assert.Equal(t, "Carried out before", v.First[0].Outcome.Words)
	assert.Equal(t, story.Verdict{
		Strong: "Carried out before.",
		Text:   "This request came before, and counts once. Nothing was appended.",
	}, v.First[0].Verdict)
	assert.Equal(t, "once.go", v.Source.File)
}

func TestReceiptOfFiftyPromotionsIsReadable(t *testing.T) {
	facts := []dcb.Fact{courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1}, takes("noor", "algebra")}
	for i := range courses.MaxWaiting {
		facts = append(facts, waits(courses.StudentID(fmt.Sprint("s", i)), "algebra"))
	}
	log := newBusyLog(t, facts...)
	attempt := viewed(t, log, log.record(t, courses.ChangeCapacity{Course: "algebra", NewCapacity: 100}, "Algebra is given 100 seats")).First[0]
	require.Len(t, attempt.Appended, 101)
	assert.Equal(t, "how many courses s0, s1, s2 and 47 more had", attempt.Boundary.Found)
	tiles := attempt.Strip.Tiles
	assert.Equal(t, story.Tile{Kind: story.TileMore, Of: story.TileOwn, From: 61, To: 153, Inside: 93}, tiles[len(tiles)-1])
	assert.Equal(t, "93 more, appended", tiles[len(tiles)-1].Sentence())
	requireCovers(t, attempt.Strip)
	for _, row := range attempt.Knew.Rows {
		assert.LessOrEqual(t, len(row.Now), story.MostLines, row.Name)
	}
	assert.Contains(t, attempt.Knew.Rows, story.KnownRow{Name: "Waiting", Now: story.Answer{"s0", "s1", "s2", "s3", "s4", "and 45 more"}})
}
