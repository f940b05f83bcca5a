package stage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab/stage"
)

// play plays steps, such as "a1-a2-b1", on a new log in memory.
func play(t testing.TB, setting stage.Setting, codes string) stage.Record {
	t.Helper()
	steps, err := stage.ParseSteps(codes)
	require.NoError(t, err)
	record, err := stage.Play(t.Context(), new(dcbmemory.Log), setting, steps)
	require.NoError(t, err)
	return record
}

// told writes a record down, without what is another in each play: IDs and times.
func told(r stage.Record) []string {
	var lines []string
	for _, m := range r.Moments {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprintf("%s %s%s", m.Step, m.Kind, more(m))), " "))
	}
	return lines
}

func more(m stage.Moment) string {
	switch m.Kind {
	case stage.HasRead:
		return fmt.Sprintf(" %v up to %d", positions(m.Events), m.After)
	case stage.HasDecided, stage.HasChecked:
		return fmt.Sprintf(" %s, only if nothing of %s after %d", wishes(m.Wish), items(m.Query), m.After)
	case stage.IsRefused:
		return ": " + m.Refusal.Error()
	case stage.IsTurnedAway:
		return fmt.Sprintf(" by %v after %d, which changes %v", positions(m.Events), m.After, m.Stale)
	default:
		return fmt.Sprintf(" at %d, missed %v", m.Position, positions(m.Events))
	}
}

func positions(events []dcb.Event) []int64 {
	all := []int64{}
	for _, e := range events {
		all = append(all, e.Position)
	}
	return all
}

func wishes(events []dcb.InputEvent) string {
	var all []string
	for _, e := range events {
		all = append(all, fmt.Sprint(e.Type, " ", string(e.Data)))
	}
	return strings.Join(all, ", ")
}

// items writes the tags of a query, and how many types go with them.
func items(query dcb.Query) string {
	var all []string
	for _, item := range query.Items() {
		all = append(all, fmt.Sprintf("%v/%d", item.Tags, len(item.Types)))
	}
	return strings.Join(all, " or ")
}

// everySetting returns all that the switches can be set to.
func everySetting() (all []stage.Setting) {
	for _, beside := range stage.Besides() {
		for _, boundary := range stage.Boundaries() {
			for _, appending := range stage.Appends() {
				all = append(all, stage.Setting{Beside: beside, Boundary: boundary, Append: appending})
			}
		}
	}
	return all
}

// drawSteps draws steps at random until both decisions are over.
func drawSteps(t testing.TB, setting stage.Setting) (steps []stage.Step) {
	t.Helper()
	for {
		record, err := stage.Play(t.Context(), new(dcbmemory.Log), setting, steps)
		require.NoError(t, err)
		if record.Over() {
			return steps
		}
		who := stage.Who(rand.IntN(2))
		if record.Next(who) == 0 {
			who = who.Other()
		}
		steps = append(steps, stage.Step{Who: who, Act: record.Next(who)})
	}
}

// everyOrder calls visit with the record of each order of steps in which both decisions can
// come to their end.
func everyOrder(t testing.TB, setting stage.Setting, visit func(stage.Record)) {
	t.Helper()
	var goOn func(steps []stage.Step)
	goOn = func(steps []stage.Step) {
		record, err := stage.Play(t.Context(), new(dcbmemory.Log), setting, steps)
		require.NoError(t, err)
		if record.Over() {
			visit(record)
			return
		}
		for _, who := range []stage.Who{stage.A, stage.B} {
			if act := record.Next(who); act != 0 {
				goOn(append(slices.Clone(steps), stage.Step{Who: who, Act: act}))
			}
		}
	}
	goOn(nil)
}
