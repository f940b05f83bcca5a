package decisions

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// aTerm is a term to decide on: algebra has a seat left, logic has none.
func aTerm() []dcb.Fact {
	return []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		courses.StudentRegistered{Student: "noor", Name: "Noor"},
		takes("noor", "algebra"),
		takes("noor", "logic"),
	}
}

// comingAndGoing are the turns of a student who never leaves the course alone.
func comingAndGoing(turns int) [][]dcb.Fact {
	all := make([][]dcb.Fact, turns)
	for i := range all {
		all[i] = []dcb.Fact{leaves("noor", "algebra")}
		if i%2 == 1 {
			all[i] = []dcb.Fact{takes("noor", "algebra")}
		}
	}
	return all
}

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

// lostDecision is one that met a conflict at each of its attempts, made of a single
// real one, since waiting for all of them takes seconds.
func lostDecision(t *testing.T) receipt.Receipt {
	t.Helper()
	log := newBusyLog(t, aTerm()...)
	log.turns = comingAndGoing(1)
	record := log.record(t, courses.SubscribeStudent{Student: "ada", Course: "algebra"}, "Ada subscribes to Algebra")
	record.Attempts = slices.Repeat(record.Attempts[:1], 64)
	last := *record.Attempts[63].Conflict
	last.Wait, last.GaveUp = 0, true
	record.Attempts[63].Conflict = &last
	return record
}
