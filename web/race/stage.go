package race

import (
	"fmt"
	"time"

	"go-crablet/lab"
)

// A stage is what lanes are drawn on: the steps of the race that are shown, and the scale.
type stage struct {
	replay lab.Replay
	shown  []lab.Step
	now    time.Duration // the time of the last step that is shown
	until  time.Duration // the time at the right edge
	sold   map[int64]time.Duration
}

func newStage(replay lab.Replay, shown []lab.Step) stage {
	s := stage{replay: replay, shown: shown, sold: map[int64]time.Duration{}, until: time.Millisecond}
	if n := len(shown); n > 0 {
		s.now = shown[n-1].At
	}
	if n := len(replay.Steps); n > 0 {
		s.until = max(s.until, replay.Steps[n-1].At)
	}
	for _, step := range shown {
		if step.Kind == lab.Appended {
			s.sold[step.Position] = step.At
		}
	}
	return s
}

// othersTookPart reports whether events of others came into the race. That is known only when
// the race is over.
func (s stage) othersTookPart() bool {
	return s.replay.Result != nil && s.replay.Result.Others > 0
}

const thousandths = 1000

func (s stage) x(at time.Duration) int { return int(thousandths * at / s.until) }

// percent is x as a percentage, for elements that are placed by an attribute and not by a path.
func (s stage) percent(at time.Duration) string {
	return fmt.Sprintf("%.1f%%", 100*float64(at)/float64(s.until))
}

// winner names the contender whose event turned an append away.
func (s stage) winner(step lab.Step) string {
	if len(step.By) == 0 || step.By[0].Contender == 0 {
		return "somebody else"
	}
	return s.replay.Contenders[step.By[0].Contender-1].Name
}
