package web

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/lens"
)

func TestTheBarOfATally(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		row  tallyRow
		want []share
	}{
		{"is empty when nothing conflicts", tallyRow{Gaps: 8}, nil},
		{
			"has true conflicts, false ones, and what is missed",
			tallyRow{Gaps: 8, Tally: lens.Tally{Conflicts: 3, False: 1, Missed: 2}},
			[]share{{"bar__true", "0.0%", "0", "25.0%"}, {"bar__false", "25.0%", "0", "12.5%"}, {"bar__missed", "37.5%", "50%", "25.0%"}},
		},
		{
			"leaves out what there is none of",
			tallyRow{Gaps: 3, Tally: lens.Tally{Missed: 3}},
			[]share{{"bar__missed", "0.0%", "50%", "100.0%"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, tt.row.Bar()) })
	}
}
