package lens

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

func TestTheBarOfATally(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		row  tallyCell
		want []share
	}{
		{"is empty when nothing conflicts", tallyCell{Intervals: 8}, nil},
		{
			"has true conflicts, false ones, and what is missed",
			tallyCell{Intervals: 8, Tally: Tally{Conflicts: 3, False: 1, Missed: 2}},
			[]share{{"bar__true", "0.0%", "0", "25.0%"}, {"bar__false", "25.0%", "0", "12.5%"}, {"bar__missed", "37.5%", "50%", "25.0%"}},
		},
		{
			"leaves out what there is none of",
			tallyCell{Intervals: 3, Tally: Tally{Missed: 3}},
			[]share{{"bar__missed", "0.0%", "50%", "100.0%"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, tt.row.Bar()) })
	}
}

// The column about appends counts only those within the events that the page looked at.
func TestTheLensCountsAppendsOfTheEventsThatItLooksAt(t *testing.T) {
	t.Parallel()
	var events []dcb.Event
	for position := int64(11); position <= 20; position++ { // the end of a longer log
		events = append(events, dcb.Event{Position: position, Type: "StudentPraised", Tags: dcb.Tags{"student_id:ada"}})
	}
	asks := []dcb.QueryItem{{Types: []string{"StudentScolded"}, Tags: dcb.Tags{"student_id:ada"}}} // by tag, whoever is praised conflicts
	sent := func(after, before int64) receipt.Append {
		return receipt.Append{Boundary: asks, After: after, Before: before}
	}
	within := []receipt.Append{sent(10, 11), sent(12, 15), sent(20, 21)}
	beyond := []receipt.Append{sent(8, 10), sent(9, 12), sent(20, 22)}

	c := count(NewStretch(events), slices.Concat(within, beyond))
	assert.Equal(t, []intervals{{"As it was", 3}}, c.Over)
	assert.Equal(t, []tallyRow{
		{"By type and tag", []tallyCell{{3, Tally{}}}},
		{"By tag only", []tallyCell{{3, Tally{Conflicts: 1, False: 1}}}},
		{"One stream per course", []tallyCell{{3, Tally{}}}},
	}, c.Rows)
	assert.Empty(t, count(NewStretch(events), beyond).Over)
	assert.Empty(t, count(NewStretch(events), within[:1]).Over, "the drawings do not differ over an append right after its read")
}
