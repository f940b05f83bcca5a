package decisions

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

func TestOutcome(t *testing.T) {
	adaToAlgebra := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	tests := []struct {
		name      string
		when      dcb.Command
		meanwhile [][]dcb.Fact
		want      ui.Outcome
		attempts  string
		appended  string
	}{
		{
			name: "of a course",
			when: courses.DefineCourse{Course: "sets", Title: "Sets", Capacity: 5},
			want: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "On offer at attempt 1"}, attempts: "1", appended: "8",
		},
		{
			name: "of a capacity",
			when: courses.ChangeCapacity{Course: "algebra", NewCapacity: 5},
			want: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Changed at attempt 1"}, attempts: "1", appended: "8",
		},
		{
			name: "of a student",
			when: courses.RegisterStudent{Student: "mei", Name: "Mei"},
			want: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Registered at attempt 1"}, attempts: "1", appended: "8",
		},
		{
			name: "of a student who leaves",
			when: courses.UnsubscribeStudent{Student: "noor", Course: "algebra"},
			want: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Left at attempt 1"}, attempts: "1", appended: "8",
		},
		{
			name: "of a seat after a conflict", when: adaToAlgebra, meanwhile: comingAndGoing(1),
			want: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Seated at attempt 2"}, attempts: "2, one conflict", appended: "9",
		},
		{
			name: "of a rule that says no at once",
			when: courses.SubscribeStudent{Student: "ada", Course: "logic"},
			want: ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Refused: every seat in this course is taken"}, attempts: "1",
		},
		{
			name: "of a rule that says no after two conflicts", when: adaToAlgebra,
			meanwhile: append(comingAndGoing(1), []dcb.Fact{takes("noor", "algebra"), takes("kofi", "algebra")}),
			want:      ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Refused: every seat in this course is taken"}, attempts: "3, 2 conflicts",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := newBusyLog(t, aTerm()...)
			log.turns = tt.meanwhile
			record := log.record(t, tt.when, tt.name)
			assert.Equal(t, tt.want, story.OutcomeOf(record))
			assert.Equal(t, tt.attempts, story.AttemptsOf(record))
			assert.Equal(t, tt.appended, story.AppendedAt(record))
		})
	}
}

func TestOutcomeOfALostDecisionIsLostAndNotRefused(t *testing.T) {
	record := lostDecision(t)
	assert.Equal(t, ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Lost after 64 attempts"}, story.OutcomeOf(record))
	assert.Equal(t, "64, all conflicts", story.AttemptsOf(record))
	assert.Empty(t, story.AppendedAt(record))
}

func TestOutcomeOfNothing(t *testing.T) {
	record := receipt.Receipt{Attempts: []receipt.Attempt{{ReadTo: 3}}}
	assert.Equal(t, ui.Outcome{Colour: "outside", Icon: "i-open", Words: "Nothing to do"}, story.OutcomeOf(record))
}

func TestPositions(t *testing.T) {
	tests := []struct {
		name   string
		events int
		want   string
	}{
		{"are named while they are few", 1, "1"},
		{"are joined", 3, "1, 2 and 3"},
		{"are counted when they are more", 4, "1 and 3 more"},
		{"may be more than a receipt keeps", 10, "1 and at least 9 more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := make([]receipt.Event, tt.events)
			for i := range events {
				events[i].Position = int64(i + 1)
			}
			assert.Equal(t, tt.want, story.Positions(events))
		})
	}
}
