package stage_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/lab/stage"
)

// A tally is what became of all orders of steps in one setting.
type tally struct {
	mostOversold    int
	falseConflicts  bool // in some order
	bothGot, oneGot bool // what they wanted, in some order
}

func (c *tally) add(r stage.Record) {
	c.mostOversold = max(c.mostOversold, r.Oversold())
	refused := 0
	for _, m := range r.Moments {
		c.falseConflicts = c.falseConflicts || m.False()
		if m.Kind == stage.IsRefused {
			refused++
		}
	}
	c.bothGot, c.oneGot = c.bothGot || refused == 0, c.oneGot || refused == 1
}

// rivals reports whether only one of the two can get what they want.
func rivals(s stage.Setting) bool {
	return s.Beside == stage.SameCourse || s.Beside == stage.SecondTab
}

// wrong reports whether a setting guards too little for what is played.
func wrong(s stage.Setting) bool {
	tooSmall := s.Boundary == stage.AndForOr || s.Boundary == stage.OneStream && s.Beside == stage.SecondTab
	return rivals(s) && (tooSmall || s.Append != stage.Correct)
}

// In each setting, all orders of steps are played in which two decisions can come to an end. A
// wrong switch oversells one seat, or one course, in the worst order. A right one never does.
//
// The bubble fails if anything still runs when it ends: no play leaves a goroutine behind.
func TestEachWrongSwitchOversellsOneInTheWorstOrder(t *testing.T) {
	t.Parallel()
	for _, setting := range everySetting() {
		t.Run(name(setting), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got tally
				everyOrder(t, setting, got.add)
				oversold := 0
				if wrong(setting) {
					oversold = 1
				}
				assert.Equal(t, oversold, got.mostOversold)
				assert.Equal(t, rivals(setting), got.oneGot, "one is refused")
				assert.Equal(t, !rivals(setting) || wrong(setting), got.bothGot, "both get what they want")
				tooLarge := setting.Append != stage.NoCondition && setting.Beside == stage.NewTitle &&
					(setting.Boundary == stage.TagOnly || setting.Boundary == stage.OneStream)
				assert.Equal(t, tooLarge, got.falseConflicts, "a false conflict")
			})
		})
	}
}

func name(s stage.Setting) string {
	return string(s.Beside) + "," + string(s.Boundary) + "," + string(s.Append)
}

// Of two who want the last seat, whoever appends first gets it. The other one is refused, at the
// first attempt or after one conflict.
func TestTheCorrectSettingGivesTheSeatToWhoeverAppendsFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		everyOrder(t, stage.Presets()[0].Setting, func(r stage.Record) {
			var winner stage.Who
			conflicts := 0
			for _, m := range r.Moments {
				switch m.Kind {
				case stage.HasAppended:
					winner = m.Who
					require.Empty(t, m.Events, "it missed nothing")
				case stage.IsTurnedAway:
					conflicts++
				}
			}
			require.LessOrEqual(t, conflicts, 1)
			last, _ := r.Last(winner.Other())
			require.Equal(t, stage.IsRefused, last.Kind, told(r))
			require.Len(t, stage.Seats(r.Events, stage.TypeTheory).Taken, 3)
			require.LessOrEqual(t, len(r.Moments), stage.Most)
		})
	})
}
