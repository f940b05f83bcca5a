package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/e2e/browser"
	"go-crablet/receipt"
)

// A crowdedLog is a log on which others append right before each append of a decision.
type crowdedLog struct {
	dcb.Log
	t     *testing.T
	turns []dcb.Command // what others do before the first append, the second, ...
}

func (l *crowdedLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if len(l.turns) > 0 {
		cmd := l.turns[0]
		l.turns = l.turns[1:]
		require.NoError(l.t, cmd.Decide(context.WithoutCancel(l.t.Context()), l.Log))
	}
	return l.Log.AppendAfter(ctx, events, query, known)
}

// An archive takes decisions on the log of a site, and keeps their receipts.
type archive struct {
	t        *testing.T
	log      *dcb.Store
	receipts *receipt.Store
}

func (s *site) archive() archive {
	t := s.t.(*testing.T)
	pool, err := pgxpool.New(t.Context(), s.databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	return archive{t, log, receipt.NewStore(pool)}
}

// keeps takes a decision while others are at work, and returns the id of its receipt. change,
// which may be nil, makes another receipt of it.
func (a archive) keeps(title string, cmd dcb.Command, change func(*receipt.Receipt), turns ...dcb.Command) string {
	a.t.Helper()
	ctx := dcb.WithCorrelationID(a.t.Context(), fmt.Sprintf("0192b7e4-5c1a-7d30-9f2e-%012d", time.Now().UnixNano()%1e12))
	ctx, recorder := receipt.Record(ctx, cmd, title)
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true})
	_ = cmd.Decide(ctx, &crowdedLog{a.log, a.t, turns}) // the receipt says how it went
	record, ended := recorder.Receipt()
	require.True(a.t, ended)
	if change != nil {
		change(&record)
	}
	require.NoError(a.t, a.receipts.Save(a.t.Context(), record))
	return record.ID
}

func takes(student courses.StudentID, course courses.CourseID) dcb.Command {
	return courses.SubscribeStudent{Student: student, Course: course}
}

func leaves(student courses.StudentID, course courses.CourseID) dcb.Command {
	return courses.UnsubscribeStudent{Student: student, Course: course}
}

// lostAll makes a decision of one that met a conflict whose every attempt met it.
func lostAll(record *receipt.Receipt) {
	first := record.Attempts[0]
	last := *first.Conflict
	last.Wait, last.GaveUp = 0, true
	record.Attempts = nil
	for range 64 {
		record.Attempts = append(record.Attempts, first)
	}
	record.Attempts[63].Conflict = &last
}

// foreign makes a decision of another program of it, whose commands and events nobody here knows.
func foreign(record *receipt.Receipt) {
	record.Command, record.Input = "BookRoom", json.RawMessage(`{"Room":"A1"}`)
	last := &record.Attempts[len(record.Attempts)-1]
	last.Knew = []receipt.Known{{Name: "roomExists", Value: "true"}}
	for i := range last.Wanted {
		last.Wanted[i].Type, last.Wanted[i].Data = "RoomBooked", json.RawMessage(`{}`)
	}
}

// renamedRule makes a receipt of an older program, which refused by a rule that is gone.
func renamedRule(record *receipt.Receipt) {
	record.Attempts[len(record.Attempts)-1].Refusal = "a rule that is gone"
}

// keepsEveryKind keeps a receipt of every kind, by what it shows. Most of them are about Knots, a
// course with nine seats.
func (a archive) keepsEveryKind() map[string]string {
	kept := map[string]string{"new course": a.keeps("Define Knots", courses.DefineCourse{Course: "knots", Title: "Knots", Capacity: 9}, nil)}
	a.keeps("Define Braids", courses.DefineCourse{Course: "braids", Title: "Braids", Capacity: 9}, nil)
	for _, name := range []string{"Nils", "Pia", "Remo", "Tara", "Ulla"} {
		id := courses.StudentID(strings.ToLower(name))
		a.keeps("Register "+name, courses.RegisterStudent{Student: id, Name: sealed.Text(name)}, nil)
	}
	for name, keep := range map[string]func() string{
		"one attempt": func() string { return a.keeps("Nils subscribes to Knots", takes("nils", "knots"), nil) },
		"refused":     func() string { return a.keeps("Pia subscribes to Formal Methods", takes("pia", "formal-methods"), nil) },
		"foreign": func() string {
			return a.keeps("Room A1 is booked", courses.RegisterStudent{Student: "room", Name: "Room"}, foreign)
		},
		"older program": func() string {
			return a.keeps("Pia subscribes to Cryptography", takes("pia", "cryptography"), renamedRule)
		},
	} {
		kept[name] = keep()
	}
	kept["promotions"] = a.keeps("Formal Methods gets 99 seats", courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 99}, nil)
	kept["two attempts"] = a.keeps("Pia subscribes to Knots", takes("pia", "knots"), nil, takes("remo", "knots"))
	kept["three"] = a.keeps("Tara subscribes to Knots", takes("tara", "knots"), nil, leaves("pia", "knots"), takes("pia", "knots"))
	kept["five"] = a.keeps("Ulla subscribes to Knots", takes("ulla", "knots"), nil,
		leaves("pia", "knots"), takes("pia", "knots"), leaves("pia", "knots"), takes("pia", "knots"))
	kept["swap"] = a.keeps("Nils swaps Knots for Braids", courses.SwapSeats{Student: "nils", From: "knots", To: "braids"}, nil)
	kept["many"] = a.keeps("Nils subscribes to Knots", takes("nils", "knots"), lostAll, leaves("pia", "knots"))
	kept["refused later"] = a.keeps("Nils subscribes to Compilers", takes("nils", "compilers"), nil, takes("remo", "compilers"))
	return kept
}

// kindsOfReceipt says of each kind how many rows its picture has, and how it ended.
var kindsOfReceipt = map[string]struct {
	rows    int
	outcome string
}{
	"one attempt": {1, "Seated at attempt 1"}, "refused": {1, "Refused: every seat in this course is taken"},
	"two attempts": {2, "Seated at attempt 2"}, "three": {3, "Seated at attempt 3"},
	"refused later": {2, "Refused: every seat in this course is taken"},
	"many":          {4, "Lost after 64 attempts"}, "five": {4, "Seated at attempt 5"}, "swap": {1, "Swapped at attempt 1"},
	"promotions": {1, "Changed at attempt 1"}, "new course": {1, "On offer at attempt 1"},
	"foreign": {1, "Appended at attempt 1"}, "older program": {1, "Refused: a rule that is gone"},
}

// A receipt shows its attempts on one axis, its verdict and what one can do first, whatever
// happened. The code is left out if it does not fit.
func TestReceiptsOfEveryKind(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	kept := site.archive().keepsEveryKind()
	ada := site.student("ada", "Ada")
	drawn := drawnFrom(namesOf(kept))
	for name, id := range kept {
		ada.Goto(site.url + "/decisions/" + id)
		require.Equal(t, kindsOfReceipt[name].rows, ada.Count(".axis tbody tr"), name)
		require.Equal(t, kindsOfReceipt[name].outcome, strings.TrimSpace(ada.Text(".receipt__outcome")), name)
		foreign := name == "foreign" || name == "older program"
		require.Equal(t, map[bool]int{true: 0, false: 1}[foreign], ada.Count(".receipt__code"), name)
		if slices.Contains(drawn, name) {
			ada.isFineOnEveryScreen("receipt-of-" + strings.ReplaceAll(name, " ", "-"))
		}
		ada.UseScreen(smallest)
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, name)
		assert.Empty(t, ada.Complaints(), name)
	}
	ada.UseScreen(browser.Screen{Width: 1280, Height: 720})
	for name, id := range kept {
		ada.Goto(site.url + "/decisions/" + id)
		box := ada.Box(".receipt__act")
		assert.Less(t, box[1]+box[3], 720.0, "%s: the buttons are in sight", name)
	}
}
