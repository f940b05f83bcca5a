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
		row  tallyRow
		want []share
	}{
		{"is empty when nothing conflicts", tallyRow{Intervals: 8}, nil},
		{
			"has true conflicts, false ones, and what is missed",
			tallyRow{Intervals: 8, Tally: Tally{Conflicts: 3, False: 1, Missed: 2}},
			[]share{{"bar__true", "0.0%", "0", "25.0%"}, {"bar__false", "25.0%", "0", "12.5%"}, {"bar__missed", "37.5%", "50%", "25.0%"}},
		},
		{
			"leaves out what there is none of",
			tallyRow{Intervals: 3, Tally: Tally{Missed: 3}},
			[]share{{"bar__missed", "0.0%", "50%", "100.0%"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, tt.row.Bar()) })
	}
}

// The first table counts only appends within the events that the page looked at.
func TestTheLensCountsAppendsOfTheEventsThatItLooksAt(t *testing.T) {
	t.Parallel()
	var events []dcb.Event
	for position := int64(11); position <= 20; position++ { // the end of a longer log
		events = append(events, dcb.Event{Position: position, Type: "StudentPraised", Tags: dcb.Tags{"student_id:ada"}})
	}
	sent := func(after, before int64) receipt.Append { return receipt.Append{After: after, Before: before} }
	within := []receipt.Append{sent(10, 11), sent(12, 15), sent(20, 21)}
	beyond := []receipt.Append{sent(8, 10), sent(9, 12), sent(20, 22)}
	table := func(decisions int, appends ...receipt.Append) tallyTable {
		return count(NewStretch(events), appends, decisions, Drawings()[0]).Tables[0]
	}

	assert.Equal(t, "3 appends of decisions to subscribe, sent while these events were stored", table(480, slices.Concat(within, beyond)...).Of)
	for _, row := range table(480, slices.Concat(within, beyond)...).Rows {
		assert.Equal(t, 3, row.Intervals)
	}
	assert.Equal(t, "1 append of decisions to subscribe, sent while these events were stored", table(1, within[0]).Of)
	older := table(480, beyond...)
	assert.Equal(t, "No append: the latest 500 receipts tell of none that was sent while these events were stored.", older.Of)
	assert.True(t, older.Empty)
	assert.Equal(t, "No decision to subscribe has left a receipt yet.", table(0).Of)
}
