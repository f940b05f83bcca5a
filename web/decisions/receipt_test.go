package decisions

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

func TestReceiptOfASeatAfterAConflict(t *testing.T) {
	log := newBusyLog(t, aTerm()...)
	log.turns = [][]dcb.Fact{{takes("kofi", "logic"), leaves("noor", "algebra")}}
	v := viewed(t, log, log.record(t, courses.SubscribeStudent{Student: "ada", Course: "algebra"}, "Ada subscribes to Algebra"))
	require.Len(t, v.First, 2)

	lost := v.First[0]
	assert.Equal(t, ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Conflict with 9"}, lost.Outcome)
	assert.Equal(t, "Read 3 events up to 7. Before the append, 9 got inside the boundary.", lost.Caption)
	assert.Equal(t, "The condition says: nothing inside after 7.", lost.Boundary.Condition)
	require.Len(t, lost.Boundary.Items, 2)
	assert.Equal(t, "Algebra", lost.Boundary.Items[0].Subject)
	assert.Equal(t, "definition, archiving, waiting begun, waiting ended, capacity changes, seats taken and seats given back", lost.Boundary.Items[0].Kinds)
	assert.Equal(t, "registration, forgetting, seats taken and seats given back", lost.Boundary.Items[1].Kinds)
	assert.Equal(t, "Ada", lost.Boundary.Items[1].Subject)
	assert.Equal(t, story.Verdict{
		Strong: "Decided to seat Ada; the append was turned away.",
		Text:   "Noor left Algebra at 9: inside the boundary, and after 7.",
		Stale:  "seats taken",
	}, lost.Verdict)
	assert.Equal(t, []story.StaleAnswer{{Name: "Seats taken", From: "1", To: "0"}}, lost.Stale)
	assert.Contains(t, lost.Wait, "then read on after 7")

	won := v.First[1]
	assert.Equal(t, ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Appended at 10"}, won.Outcome)
	assert.Equal(t, "Read 1 new event, up to 9. Nothing else got inside.", won.Caption)
	assert.Equal(t, story.BoundaryView{Same: 1, Condition: "The condition now says: nothing inside after 9."}, won.Boundary)
	assert.Equal(t, story.Verdict{
		Strong: "Seated.",
		Text:   "0 of 2 seats were taken, Ada had 0 of 10 courses, and nothing new was inside after 9.",
	}, won.Verdict)
	assert.Empty(t, won.Wait)
	assert.Empty(t, won.Stale)

	assert.Equal(t, []string{"At 7", "At 9"}, won.Knew.Columns)
	assert.Contains(t, won.Knew.Rows, story.KnownRow{Name: "Course exists", Before: []story.Answer{{"yes"}}, Now: story.Answer{"yes"}})
	assert.Contains(t, won.Knew.Rows, story.KnownRow{Name: "Seats taken", Before: []story.Answer{{"1"}}, Now: story.Answer{"0"}, Changed: true, Varied: true})
}

func TestReceiptOfARefusalHasNoCondition(t *testing.T) {
	log := newBusyLog(t, aTerm()...)
	v := viewed(t, log, log.record(t, courses.SubscribeStudent{Student: "ada", Course: "logic"}, "Ada subscribes to Logic"))
	refused := v.First[0]
	assert.Equal(t, "Read 3 events up to 7.", refused.Caption)
	assert.Empty(t, refused.Boundary.Condition)
	assert.Equal(t, "Refused: every seat in this course is taken.", refused.Verdict.Strong)
	assert.Empty(t, refused.Wait)
}

func TestReceiptOnAnEmptyLog(t *testing.T) {
	log := newBusyLog(t)
	v := viewed(t, log, log.record(t, courses.DefineCourse{Course: "sets", Title: "Sets", Capacity: 5}, "Define Sets"))
	assert.Equal(t, "The log was empty. Nothing got inside before the append.", v.First[0].Caption)
	assert.Equal(t, "No rule said no, and nothing new was inside after 0.", v.First[0].Verdict.Text)
}

func TestReceiptFoldsManyAttempts(t *testing.T) {
	v := viewed(t, newBusyLog(t, aTerm()...), lostDecision(t))
	require.Len(t, v.First, 2)
	require.Len(t, v.Folded, 61)
	require.Len(t, v.Last, 1)
	assert.Equal(t, "Attempts 3 to 63: 61 more that were lost", v.FoldedSummary())
	assert.Equal(t, 3, v.Folded[0].Number)
	assert.Equal(t, 64, v.Last[0].Number)
	assert.Len(t, v.Last[0].Knew.Columns, 2, "the attempt before, and this one")
	assert.Equal(t, "Lost. Decided to seat Ada; the append was turned away for the last time.", v.Last[0].Verdict.Strong)
	assert.Empty(t, v.Last[0].Wait)
	assert.Equal(t, []story.StaleAnswer{{Name: "Seats taken", From: "1"}}, v.Last[0].Stale, "nobody looked again")
	assert.Equal(t, []story.StaleAnswer{{Name: "Seats taken", From: "1", To: "1", Same: true}}, v.First[0].Stale)
}

func TestReceiptShowsTheIDOfAnUnknownStudent(t *testing.T) {
	log := newBusyLog(t, aTerm()...)
	log.turns = [][]dcb.Fact{{takes("kofi", "algebra")}}
	record := log.record(t, courses.SubscribeStudent{Student: "ada", Course: "algebra"}, "Ada subscribes to Algebra")
	v := viewed(t, newBusyLog(t), record)
	assert.Equal(t, "Decided to seat ada; the append was turned away.", v.First[0].Verdict.Strong)
	assert.Equal(t, "kofi took a seat in algebra at 8: inside the boundary, and after 7.", v.First[0].Verdict.Text)
}

// The page renders for every command and every outcome.
func TestReceiptPage(t *testing.T) {
	commands := []dcb.Command{
		courses.DefineCourse{Course: "sets", Title: "Sets", Capacity: 5},
		courses.DefineCourse{Course: "algebra", Title: "Sets", Capacity: 5},
		courses.ChangeCapacity{Course: "algebra", NewCapacity: 1},
		courses.RegisterStudent{Student: "mei", Name: "Mei"},
		courses.SubscribeStudent{Student: "ada", Course: "algebra"},
		courses.UnsubscribeStudent{Student: "noor", Course: "logic"},
		courses.RenameCourse{Course: "algebra", NewTitle: "Groups"},
		courses.RenameCourse{Course: "algebra", NewTitle: "Algebra"},
		courses.ArchiveCourse{Course: "logic"},
		courses.RenameStudent{Student: "ada", NewName: "Lady Ada"},
		courses.JoinWaitlist{Student: "ada", Course: "logic", Request: "first"},
		courses.JoinWaitlist{Student: "ada", Course: "algebra"},
		courses.LeaveWaitlist{Student: "ada", Course: "logic"},
	}
	for _, cmd := range commands {
		log := newBusyLog(t, aTerm()...)
		log.turns = comingAndGoing(1)
		record := log.record(t, cmd, "What was asked for")
		var page strings.Builder
		require.NoError(t, receiptPage(viewed(t, log, record)).Render(t.Context(), &page))
		assert.Contains(t, page.String(), "What was asked for</h1>")
		assert.Contains(t, page.String(), "◀ fired")
		assert.NotContains(t, page.String(), "style=")
		assert.NotContains(t, page.String(), "<script>", "no script in the page itself")
	}
}
