package race

import (
	"fmt"
	"time"

	"go-crablet/lab"
)

// A stage is what lanes are drawn on: as much of the race as is shown, and its scale.
type stage struct {
	replay lab.Replay
	shown  []lab.Step
	now    time.Duration // the time of the last step that is shown
	until  time.Duration // the right edge
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

// othersTookPart reports whether the race, when it was over, was found not to have been
// alone.
func (s stage) othersTookPart() bool {
	return s.replay.Result != nil && s.replay.Result.Others > 0
}

const thousandths = 1000

func (s stage) x(at time.Duration) int { return int(thousandths * at / s.until) }

// percent is the same for what is no path.
func (s stage) percent(at time.Duration) string {
	return fmt.Sprintf("%.1f%%", 100*float64(at)/float64(s.until))
}

// winner names whose event turned an append away.
func (s stage) winner(step lab.Step) string {
	if len(step.By) == 0 || step.By[0].Contender == 0 {
		return "somebody else"
	}
	return s.replay.Contenders[step.By[0].Contender-1].Name
}
