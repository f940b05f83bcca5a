package race

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A scrub is the moment of a run that a page shows, and the links from there. The address
// holds all of it, so any moment can be sent to somebody.
type scrub struct {
	page     string     // its address
	keep     url.Values // parameters that stay the same from moment to moment
	from     int        // the number of the first lane on the page
	steps    []lab.Step
	Step     int           // how many steps have happened by now
	Now      time.Duration // where the playhead is
	Axis     time.Duration // the time at the right edge
	Stepping bool          // the address asks for a moment
	Running  bool          // the run is not over
	Playing  int           // how many pictures a second a replay shows, or 0 without a replay
	Words    string        // what happened last
	Outcome  string        // its colour
}

// How many pictures a second a replay shows: plain without scripts, fluent with them.
const (
	plain  = 1
	fluent = 4
)

// scrubOf reads the moment of a race from the parameters of an address.
func scrubOf(replay lab.Replay, query url.Values) scrub {
	s := scrub{page: story.RaceURL(replay.ID), keep: url.Values{}, from: 1, steps: replay.Steps}
	s.Axis = axisOf(replay.Race, s.last())
	if from, err := strconv.Atoi(query.Get("from")); err == nil {
		s = s.onLanesFrom(min(max(from, 1), len(replay.Contenders)))
	}
	s.moveTo(query)
	if s.Stepping {
		s.Words, s.Outcome = stepWords(replay.Lineup, s.lastStep())
	}
	return s
}

// moveTo goes to the moment that the parameters name: a step, or a time in milliseconds. If there
// is no such moment it goes to the nearest one, and without such a parameter to the end.
func (s *scrub) moveTo(query url.Values) {
	s.Step, s.Now = len(s.steps), s.last()
	if step, err := strconv.Atoi(query.Get("step")); err == nil && len(s.steps) > 0 {
		s.toStep(min(max(step, 1), len(s.steps)))
	}
	if at, err := strconv.ParseFloat(query.Get("at"), 64); err == nil && !math.IsNaN(at) {
		s.toTime(time.Duration(min(max(at, 0), milliseconds(s.Axis)) * float64(time.Millisecond)))
	}
	if query.Has("play") && s.Stepping && !s.AtEnd() {
		s.Playing = plain
		if query.Get("play") == strconv.Itoa(fluent) {
			s.Playing = fluent
		}
	}
}

func (s *scrub) toStep(step int) {
	s.Stepping, s.Step, s.Now = true, step, s.steps[step-1].At
}

func (s *scrub) toTime(now time.Duration) {
	s.Stepping, s.Now = true, now
	s.Step, _ = slices.BinarySearchFunc(s.steps, now, func(step lab.Step, now time.Duration) int {
		if step.At <= now {
			return -1
		}
		return 1
	})
}

// last is the time of the last step.
func (s scrub) last() time.Duration {
	if len(s.steps) == 0 {
		return 0
	}
	return s.steps[len(s.steps)-1].At
}

// lastStep is the last step that has happened by now, or nil.
func (s scrub) lastStep() *lab.Step {
	if s.Step == 0 {
		return nil
	}
	return &s.steps[s.Step-1]
}

// All is how many steps there are.
func (s scrub) All() int { return len(s.steps) }

// AtEnd reports whether every step has happened by now.
func (s scrub) AtEnd() bool { return s.Step == len(s.steps) }

// onLanesFrom is the same moment on the page of lanes that has the lane with a number.
func (s scrub) onLanesFrom(number int) scrub {
	s.from, s.keep = number, url.Values{}
	if number > 1 {
		s.keep.Set("from", strconv.Itoa(number))
	}
	return s
}

// url is an address of the page with one more parameter, and with another one if there is a replay.
func (s scrub) url(name, value string, play int) string {
	query := maps.Clone(s.keep)
	if name != "" {
		query.Set(name, value)
	}
	if play > 0 {
		query.Set("play", strconv.Itoa(play))
	}
	if len(query) == 0 {
		return s.page
	}
	return s.page + "?" + query.Encode()
}

func (s scrub) stepURL(step int) string { return s.url("step", strconv.Itoa(step), 0) }

func (s scrub) timeURL(at time.Duration, play int) string {
	return s.url("at", inMilliseconds(at), play)
}

// milliseconds rounds a time up to thousandths of a millisecond, so that the moment of a step is
// not before the step.
func milliseconds(d time.Duration) float64 {
	return float64((d + time.Microsecond - 1).Microseconds()) / 1000
}

func inMilliseconds(d time.Duration) string { return strconv.FormatFloat(milliseconds(d), 'f', -1, 64) }

// The addresses of other moments.
func (s scrub) Previous() string { return s.stepURL(max(1, s.Step-1)) }
func (s scrub) Next() string     { return s.stepURL(min(s.All(), s.Step+1)) }
func (s scrub) Hold() string     { return s.timeURL(s.Now, 0) }
func (s scrub) Whole() string    { return s.url("", "", 0) }

// Here is the moment that the page shows.
func (s scrub) Here() string {
	if !s.Stepping {
		return s.Whole()
	}
	return s.Hold()
}

// Play replays from here, or from the start when this is the end.
func (s scrub) Play() string {
	if s.AtEnd() {
		return s.timeURL(0, plain)
	}
	return s.timeURL(s.Now, plain)
}

// NextFrame is the address of the next picture of a replay with aSecond pictures a second. It
// is "" without a replay. A replay takes about twelve seconds, however long the run took.
func (s scrub) NextFrame(aSecond int) string {
	const seconds = 12
	if s.Playing == 0 {
		return ""
	}
	frames := time.Duration(seconds * aSecond)
	pace := (s.last() + frames - 1) / frames
	next := s.Now + pace
	if next >= s.last() {
		return s.stepURL(s.All())
	}
	return s.timeURL(next, aSecond)
}

// NextFluent is NextFrame for a page with scripts.
func (s scrub) NextFluent() string { return s.NextFrame(fluent) }

// Milliseconds and LastMillisecond are what the slider is at, and what it ends at.
func (s scrub) Milliseconds() string { return strconv.FormatFloat(milliseconds(s.Now), 'f', -1, 64) }

func (s scrub) LastMillisecond() string {
	return strconv.FormatFloat(milliseconds(s.Axis), 'f', -1, 64)
}

// Clock is the time of the playhead in words.
func (s scrub) Clock() string {
	if s.Axis >= time.Second {
		return fmt.Sprintf("%.1f s", s.Now.Seconds())
	}
	return fmt.Sprintf("%d ms", s.Now.Milliseconds())
}

// Says is the moment in words, for those who don't see the lanes.
func (s scrub) Says() string {
	if !s.Stepping {
		return s.Clock() + ", the end"
	}
	return s.Clock() + ": " + s.Words
}

// percent is where the playhead is.
func (s scrub) percent() string { return canvas{axis: s.Axis}.percent(s.Now) }

// stepWords says what happened in a step, and its colour.
func stepWords(lineup lab.Lineup, step *lab.Step) (words, colour string) {
	if step == nil {
		return "nobody has set off yet", "outside"
	}
	name := lineup.Contenders[step.Contender-1].Name
	switch step.Kind {
	case lab.Started:
		return name + " sets off", "outside"
	case lab.Read:
		return fmt.Sprintf("%s reads, and knows %d %s to be taken", name, step.Taken, ui.Plural(step.Taken, "seat", "seats")), "outside"
	case lab.Decided:
		if step.Refusal != "" {
			return name + " decides: " + step.Refusal, "refused"
		}
		return name + " decides to take a seat", "you"
	case lab.Sent:
		return name + " sends the append", "you"
	case lab.Appended:
		return fmt.Sprintf("%s is seated, at %d", name, step.Position), "seated"
	case lab.Conflicted:
		return fmt.Sprintf("%s is turned away: %s was faster", name, winner(lineup, *step)), "conflict"
	case lab.Seated:
		return name + " is told: seated", "seated"
	case lab.Refused:
		return name + " is refused: " + step.Refusal, "refused"
	case lab.Lost:
		return name + " gives up", "conflict"
	default:
		return name + " is stopped", "outside"
	}
}
