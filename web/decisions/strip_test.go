package decisions

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

// drawn writes a strip as text, a line for each tile.
func drawn(s story.Strip) []string {
	var lines []string
	for _, t := range s.Tiles {
		switch t.Kind {
		case story.TileStretch:
			lines = append(lines, fmt.Sprintf("%d-%d: %d inside, %d outside", t.From, t.To, t.Inside, t.Outside()))
		case story.TileOutside:
			lines = append(lines, fmt.Sprintf("%d-%d: outside", t.From, t.To))
		default:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s", t.Kind, t.Position(), t.Words.Label)))
		}
	}
	return lines
}

// at is the seat of a student in algebra, as a receipt keeps it.
func at(position int64, who string) receipt.Event {
	return receipt.Event{
		Position: position, Type: "StudentSubscribedToCourse",
		Data: fmt.Appendf(nil, `{"student_id": %q, "course_id": "algebra"}`, who),
	}
}

func TestStrip(t *testing.T) {
	wanted := []receipt.Event{at(0, "ada")}
	first := receipt.Attempt{
		ReadTo: 30, Read: 10, LastRead: []receipt.Event{at(3, "kofi"), at(10, "noor"), at(16, "mei"), at(28, "ivo")},
		Wanted:   wanted,
		Conflict: &receipt.Conflict{Events: []receipt.Event{at(31, "lena"), at(40, "omar")}},
	}
	tests := []struct {
		name     string
		attempts []receipt.Attempt
		want     []string
	}{
		{
			name:     "is only a mark when the log is empty",
			attempts: []receipt.Attempt{{Wanted: []receipt.Event{at(1, "ada")}}},
			want:     []string{"after 0", "own 1 ada"},
		},
		{
			name:     "counts a log that has nothing inside",
			attempts: []receipt.Attempt{{ReadTo: 40, Wanted: []receipt.Event{at(41, "ada")}}},
			want:     []string{"1-40: 0 inside, 40 outside", "after 40", "own 41 ada"},
		},
		{
			name:     "has no condition when a rule said no",
			attempts: []receipt.Attempt{{ReadTo: 2, Read: 1, LastRead: []receipt.Event{at(2, "kofi")}, Refusal: "no"}},
			want:     []string{"1-1: outside", "inside 2 kofi", "read-to 2"},
		},
		{
			name:     "marks what got inside, and what was lost by it",
			attempts: []receipt.Attempt{first},
			want: []string{
				"1-15: 8 inside, 7 outside", "inside 16 mei",
				"17-27: 0 inside, 11 outside", "inside 28 ivo", "29-30: outside", "after 30",
				"conflict 31 lena", "32-39: 0 inside, 8 outside", "conflict 40 omar", "ghost ? ada",
			},
		},
		{
			name: "shows in a retry everything that is new",
			attempts: []receipt.Attempt{first, {
				After: 30, ReadTo: 41, Read: 4,
				LastRead: []receipt.Event{at(31, "lena"), at(38, "yuki"), at(40, "omar"), at(41, "hugo")},
				Wanted:   []receipt.Event{at(43, "ada")},
			}},
			want: []string{
				"1-30: 10 inside, 20 outside", "new 31 lena", "32-37: 0 inside, 6 outside", "new 38 yuki",
				"39-39: outside", "new 40 omar", "new 41 hugo", "after 41", "42-42: outside", "own 43 ada",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, drawn(story.StripOf(readmodel.Names{}, tt.attempts)))
		})
	}
}

// On any history, a strip covers the log without a gap, and it shows and counts as inside
// exactly the events that were read.
func TestStripAddsUp(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			log := newBusyLog(t, somebodySeated(random, 40)...)
			for range random.IntN(4) {
				log.turns = append(log.turns, somebodySeated(random, 15))
			}
			record := log.record(t, courses.SubscribeStudent{Student: "ada", Course: "algebra"}, "Ada subscribes to Algebra")
			boundary := queryOf(record.Boundary)

			for i, attempt := range record.Attempts {
				s := story.StripOf(readmodel.Names{}, record.Attempts[:i+1])
				inside, _, err := log.ReadSince(t.Context(), boundary, dcb.Checkpoint{})
				require.NoError(t, err)
				requireCovers(t, s)
				require.Equal(t, countUpTo(inside, attempt.ReadTo), insideBeforeMark(s), "inside, attempt %d", i+1)
				requireInside(t, s, log, boundary)
			}
		})
	}
}

// The same as [TestStripAddsUp], with a boundary that moves between attempts.
func TestStripAddsUpWhereTheBoundaryMoves(t *testing.T) {
	moved := 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 2))
		log := newBusyLog(t, append([]dcb.Fact{
			courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
			courses.StudentRegistered{Student: "ada", Name: "Ada"},
			takes("ada", "algebra"),
		}, comingAndWaiting(random, 40)...)...)
		for range random.IntN(4) {
			log.turns = append(log.turns, comingAndWaiting(random, 6))
		}
		record := log.record(t, courses.UnsubscribeStudent{Student: "ada", Course: "algebra"}, "Ada leaves Algebra")
		items := record.Boundary
		for i, attempt := range record.Attempts {
			if attempt.Moved != nil {
				items = attempt.Moved.Boundary
				moved++
			}
			boundary := queryOf(items)
			inside, _, err := log.ReadSince(t.Context(), boundary, dcb.Checkpoint{})
			require.NoError(t, err)
			s := story.StripOf(log.names(t), record.Attempts[:i+1])
			requireCovers(t, s)
			require.Equal(t, countUpTo(inside, attempt.ReadTo), insideBeforeMark(s), "seed %d, attempt %d", seed, i+1)
			requireInside(t, s, log, boundary)
		}
	}
	require.Greater(t, moved, 100, "attempts whose boundary had moved")
}

// On any history, the columns of an axis cover the log without a gap, and each row shows and
// counts as inside exactly what its attempt had inside its boundary.
func TestAxisAddsUp(t *testing.T) {
	effort.OnlyAll(t, "seconds of computing")
	drawn := 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 3))
		log := newBusyLog(t, append([]dcb.Fact{
			courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
			courses.StudentRegistered{Student: "ada", Name: "Ada"},
			takes("ada", "algebra"),
		}, comingAndWaiting(random, 40)...)...)
		for range random.IntN(6) {
			log.turns = append(log.turns, comingAndWaiting(random, 20))
		}
		record := log.record(t, courses.UnsubscribeStudent{Student: "ada", Course: "algebra"}, "Ada leaves Algebra")
		axis := story.AxisOf(log.names(t), record)
		next := int64(1)
		for _, c := range axis.Columns {
			if c.From > 0 && c.Kind != "mark" {
				require.Equal(t, next, c.From, "seed %d", seed)
				next = c.To + 1
			}
		}
		for _, row := range axis.Rows {
			if row.Folded == 0 {
				drawn += requireRow(t, axis, row, log, record)
			}
		}
	}
	require.Greater(t, drawn, 2000, "cells that say how much was inside")
}

// requireRow requires that the row of an attempt says what is true, and returns how many of its
// cells say something about the boundary. A cell of what the attempt had read is never empty.
func requireRow(t *testing.T, axis story.Axis, row story.AxisRow, log *busyLog, record receipt.Receipt) (drawn int) {
	t.Helper()
	boundary := story.QueryAt(record, row.Number-1)
	readTo := record.Attempts[row.Number-1].ReadTo
	for i, c := range axis.Columns {
		tile := row.Cells[i]
		if c.Kind == "mark" || c.Kind == "own" {
			continue
		}
		if c.To <= readTo {
			require.NotEmpty(t, tile.Kind, "%d to %d was read", c.From, c.To)
		}
		inside := 0
		for _, e := range log.events[c.From-1 : c.To] {
			if boundary.Matches(e) {
				inside++
			}
		}
		switch tile.Kind {
		case "", "unkept":
		case story.TileMore:
			require.LessOrEqual(t, tile.Inside, inside)
		default:
			require.Equal(t, inside, tile.Inside, "attempt %d, %d to %d", row.Number, c.From, c.To)
			drawn++
		}
	}
	return drawn
}

func queryOf(items []dcb.QueryItem) (q dcb.Query) {
	for _, item := range items {
		q = q.Or(dcb.NewQuery(item.Tags, item.Types...))
	}
	return q
}

// comingAndWaiting are fewer than n facts: students join the waitlist of algebra and leave it,
// and take seats in logic and leave them.
func comingAndWaiting(random *rand.Rand, n int) []dcb.Fact {
	facts := make([]dcb.Fact, random.IntN(n))
	for i := range facts {
		student := []courses.StudentID{"kofi", "noor", "mei"}[random.IntN(3)]
		facts[i] = []dcb.Fact{
			waits(student, "algebra"),
			courses.StudentLeftWaitlist{Student: student, Course: "algebra"},
			takes(student, "logic"),
			leaves(student, "logic"),
		}[random.IntN(4)]
	}
	return facts
}

// somebodySeated is a term in which fewer than n times a student takes a seat.
func somebodySeated(random *rand.Rand, n int) []dcb.Fact {
	facts := []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1000},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
	}
	for range random.IntN(n) {
		student := []courses.StudentID{"kofi", "noor", "mei"}[random.IntN(3)]
		course := []courses.CourseID{"algebra", "logic", "logic", "logic", "logic"}[random.IntN(5)]
		facts = append(facts, takes(student, course))
	}
	return facts[random.IntN(3):]
}

func requireCovers(t *testing.T, s story.Strip) {
	t.Helper()
	next := int64(1)
	for _, tile := range s.Tiles {
		switch tile.Kind {
		case story.TileGhost:
		case story.TileAfter, story.TileReadTo:
			require.Equal(t, next-1, tile.To, "the mark stands after what was read")
		default:
			require.Equal(t, next, tile.From, "%+v", tile)
			require.GreaterOrEqual(t, tile.Outside(), 0, "%+v", tile)
			next = tile.To + 1
		}
	}
	require.Equal(t, s.Last, next-1)
}

func insideBeforeMark(s story.Strip) int {
	inside := 0
	for _, tile := range s.Tiles {
		if tile.Kind == story.TileAfter || tile.Kind == story.TileReadTo {
			break
		}
		inside += tile.Inside
	}
	return inside
}

func countUpTo(events []dcb.Event, position int64) int {
	n := 0
	for _, e := range events {
		if e.Position <= position {
			n++
		}
	}
	return n
}

// requireInside requires that a tile counts as inside what the boundary matches.
func requireInside(t *testing.T, s story.Strip, log *busyLog, boundary dcb.Query) {
	t.Helper()
	for _, tile := range s.Tiles {
		if tile.Kind == story.TileGhost || tile.Kind == story.TileAfter || tile.Kind == story.TileReadTo {
			continue
		}
		inside := 0
		for _, e := range log.events[tile.From-1 : tile.To] {
			if boundary.Matches(e) {
				inside++
			}
		}
		require.Equal(t, inside, tile.Inside, "%+v", tile)
	}
}
