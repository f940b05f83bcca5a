package story

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// drawn writes an axis as text, a line for its columns and one for each row.
func drawn(a Axis) []string {
	var columns []string
	for _, c := range a.Columns {
		columns = append(columns, c.says())
	}
	lines := []string{strings.Join(columns, " | ")}
	for _, row := range a.Rows {
		if row.Folded > 0 {
			lines = append(lines, row.foldedWords())
			continue
		}
		var cells []string
		for _, t := range row.Cells {
			cells = append(cells, drawnTile(t))
		}
		lines = append(lines, fmt.Sprintf("%d %s: %s", row.Number, row.Outcome.Words, strings.Join(cells, " | ")))
	}
	return lines
}

func drawnTile(t Tile) string {
	switch t.Kind {
	case "":
		return "-"
	case TileStretch:
		return fmt.Sprintf("%d in %d out", t.Inside, t.Outside())
	case TileOutside, TileAfter, TileReadTo, tileUnkept:
		return string(t.Kind)
	case TileMore:
		return fmt.Sprintf("%d more %s", t.Inside, t.Of)
	default:
		return string(t.Kind) + " " + t.Words.Label
	}
}

// at is the seat of a student in algebra, as a receipt keeps it.
func at(position int64, who string) receipt.Event {
	return receipt.Event{
		Position: position, Type: "StudentSubscribedToCourse",
		Data: fmt.Appendf(nil, `{"student_id": %q, "course_id": "algebra"}`, who),
	}
}

func ats(first int64, n int, who string) []receipt.Event {
	events := make([]receipt.Event, n)
	for i := range events {
		events[i] = at(first+int64(i), who)
	}
	return events
}

// turnedAway is an attempt that read two events of ten and met the given events.
func turnedAwayBy(events ...receipt.Event) receipt.Attempt {
	return receipt.Attempt{
		ReadTo: 10, Read: 2, LastRead: []receipt.Event{at(4, "kofi"), at(9, "noor")},
		Wanted: []receipt.Event{at(0, "ada")}, Conflict: &receipt.Conflict{Events: events},
	}
}

func TestAxis(t *testing.T) {
	seated := receipt.Attempt{After: 10, ReadTo: 12, Read: 1, LastRead: []receipt.Event{at(12, "mei")}, Wanted: []receipt.Event{at(14, "ada")}}
	refused := seated
	refused.Wanted, refused.Refusal = nil, "no"
	for _, tt := range []struct {
		name     string
		attempts []receipt.Attempt
		want     []string
	}{
		{
			"shows what got in between above the place where it was read",
			[]receipt.Attempt{turnedAwayBy(at(12, "mei")), seated},
			[]string{
				"1 to 8 | 9 | 10 | read up to 10 | 11 | 12 | read up to 12 | 13 | 14",
				"1 conflict: 1 in 7 out | inside noor | outside | after | outside | conflict mei | - | - | ghost ada",
				"2 seated: 1 in 7 out | kept noor | outside | - | outside | new mei | after | outside | own ada",
			},
		},
		{
			"shows a refusal where the event would stand",
			[]receipt.Attempt{turnedAwayBy(at(12, "mei")), refused},
			[]string{
				"1 to 8 | 9 | 10 | read up to 10 | 11 | 12 | read up to 12 | to append",
				"1 conflict: 1 in 7 out | inside noor | outside | after | outside | conflict mei | - | ghost ada",
				"2 refused: 1 in 7 out | kept noor | outside | - | outside | new mei | read-to | refused no",
			},
		},
		{
			"counts all but the first of many conflicts",
			[]receipt.Attempt{turnedAwayBy(ats(11, 5, "mei")...), {After: 10, ReadTo: 15, Read: 5, LastRead: ats(11, 5, "mei"), Wanted: []receipt.Event{at(16, "ada")}}},
			[]string{
				"1 to 8 | 9 | 10 | read up to 10 | 11 | 12 | 13 | 14 | 15 | read up to 15 | 16",
				"1 conflict: 1 in 7 out | inside noor | outside | after | conflict mei | conflict mei | 1 in 0 out | conflict mei | conflict mei | - | ghost ada",
				"2 seated: 1 in 7 out | kept noor | outside | - | new mei | new mei | 1 in 0 out | new mei | new mei | after | own ada",
			},
		},
		{
			"is only a mark when the log is empty",
			[]receipt.Attempt{{Wanted: []receipt.Event{at(1, "ada")}}},
			[]string{"read up to 0 | 1", "1 seated: after | own ada"},
		},
		{"is empty when the decision failed before it had read", []receipt.Attempt{{Failure: &receipt.Failure{Reading: true}}}, []string{""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, drawn(AxisOf(readmodel.Names{}, receipt.Receipt{Attempts: tt.attempts})))
		})
	}
}

// Those in the middle are counted, and the numbers of the others stay.
func TestAxisFoldsManyAttempts(t *testing.T) {
	attempts := make([]receipt.Attempt, 6)
	for i := range attempts {
		attempts[i] = turnedAwayBy(at(11, "mei"))
	}
	assert.Equal(t, []string{
		"1 to 3 | 4 | 5 to 8 | 9 | 10 | read up to 10 | 11 | to append",
		"1 conflict: outside | inside kofi | outside | inside noor | outside | after | conflict mei | ghost ada",
		"3 more were turned away",
	}, drawn(AxisOf(readmodel.Names{}, receipt.Receipt{Attempts: attempts}))[:3])
}

// What happens while a decision is held is drawn up to the end of the log.
func TestAxisOfAHeldDecision(t *testing.T) {
	held := receipt.Receipt{Attempts: []receipt.Attempt{turnedAwayBy()}}
	held.Attempts[0].Conflict = nil
	assert.Equal(t, []string{
		"1 to 3 | 4 | 5 to 8 | 9 | 10 | read up to 10 | 11 | to append",
		"1 held: outside | inside kofi | outside | inside noor | outside | after | outside | held ada",
	}, drawn(AxisOfHeld(readmodel.Names{}, held, nil, 11)))
	assert.Equal(t, []string{
		"1 to 3 | 4 | 5 to 8 | 9 | 10 | read up to 10 | 11 | 12 | to append",
		"1 held: outside | inside kofi | outside | inside noor | outside | after | outside | conflict mei | held ada",
	}, drawn(AxisOfHeld(readmodel.Names{}, held, []receipt.Event{at(12, "mei")}, 12)))
}

// Tiles stand so close that a note would run into the same note beside it.
func TestAxisWritesANoteOnceForTilesBesideEachOther(t *testing.T) {
	attempts := []receipt.Attempt{
		turnedAwayBy(ats(11, 3, "mei")...),
		{After: 10, ReadTo: 13, Read: 3, LastRead: ats(11, 3, "mei"), Wanted: []receipt.Event{at(14, "ada"), at(15, "ada")}},
	}
	attempts[0].Wanted = []receipt.Event{at(0, "ada"), at(0, "ada")}
	var notes []string
	for _, row := range AxisOf(readmodel.Names{}, receipt.Receipt{Attempts: attempts}).Rows {
		for _, t := range row.Cells {
			if t.one() {
				notes = append(notes, t.axisNote())
			}
		}
	}
	assert.Equal(t, []string{
		"", "conflict", "", "", "turned away", "",
		"", "now read", "", "", "appended", "",
	}, notes)
}
