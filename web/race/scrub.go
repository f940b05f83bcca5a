package race

import (
	"fmt"
	"net/url"
	"strconv"

	"go-crablet/lab"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A scrub is the step of a race that a page shows, and the links from there. The address
// holds all of it, so any moment of a race can be sent to somebody.
type scrub struct {
	race     string // its id
	Step     int    // how many steps are shown
	All      int    // how many there are
	Stepping bool   // the address asks for a step
	Playing  int    // how many pictures a second a replay shows, or 0 without a replay
	Words    string // what happened in the step
	Outcome  string // its colour
	from     int    // the number of the first lane on the page
}

// How many pictures a second a replay shows: plain without scripts, fluent with them.
const (
	plain  = 1
	fluent = 4
)

// scrubOf reads the parameters of an address. If they name a step that the race does not have,
// it is the nearest one.
func scrubOf(replay lab.Replay, query url.Values) scrub {
	s := scrub{race: replay.ID, All: len(replay.Steps), Step: len(replay.Steps), from: 1}
	if step, err := strconv.Atoi(query.Get("step")); err == nil && s.All > 0 {
		s.Step, s.Stepping = min(max(step, 1), s.All), true
		if query.Has("play") && s.Step < s.All {
			s.Playing = plain
			if query.Get("play") == strconv.Itoa(fluent) {
				s.Playing = fluent
			}
		}
	}
	if from, err := strconv.Atoi(query.Get("from")); err == nil {
		s.from = min(max(from, 1), len(replay.Contenders))
	}
	if s.Stepping {
		s.Words, s.Outcome = stepWords(replay, replay.Steps[s.Step-1])
	}
	return s
}

// url is the address of a step, with the first lane and the pictures a second of a replay. Zero
// leaves a parameter out.
func (s scrub) url(step, from, play int) string {
	query := url.Values{}
	if step > 0 {
		query.Set("step", strconv.Itoa(step))
	}
	if from > 1 {
		query.Set("from", strconv.Itoa(from))
	}
	if play > 0 {
		query.Set("play", strconv.Itoa(play))
	}
	address := story.RaceURL(s.race)
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

// The addresses of other steps.
func (s scrub) First() string    { return s.url(1, s.from, 0) }
func (s scrub) Previous() string { return s.url(max(1, s.Step-1), s.from, 0) }
func (s scrub) Next() string     { return s.url(min(s.All, s.Step+1), s.from, 0) }
func (s scrub) Last() string     { return s.url(s.All, s.from, 0) }
func (s scrub) Here() string     { return s.url(s.Step, s.from, 0) }
func (s scrub) Whole() string    { return s.url(0, s.from, 0) }

// Play replays from here, or from the start when this is the end.
func (s scrub) Play() string {
	if s.Step >= s.All {
		return s.url(1, s.from, plain)
	}
	return s.url(s.Step, s.from, plain)
}

// NextFrame is the address of the next picture of a replay with aSecond pictures a second. It
// is "" without a replay. A replay takes about twelve seconds.
func (s scrub) NextFrame(aSecond int) string {
	const seconds = 12
	if s.Playing == 0 {
		return ""
	}
	return s.url(min(s.All, s.Step+max(1, s.All/(seconds*aSecond))), s.from, aSecond)
}

// NextFluent is NextFrame for a page with scripts.
func (s scrub) NextFluent() string { return s.NextFrame(fluent) }

// LanesFrom is the number of the first lane, which the form that moves to a step keeps. It is
// "" for 1.
func (s scrub) LanesFrom() string {
	if s.from == 1 {
		return ""
	}
	return strconv.Itoa(s.from)
}

// stepWords says what happened in a step, and its colour.
func stepWords(replay lab.Replay, step lab.Step) (words, colour string) {
	name := replay.Contenders[step.Contender-1].Name
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
		return fmt.Sprintf("%s is turned away: %s was faster", name, stage{replay: replay}.winner(step)), "conflict"
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
