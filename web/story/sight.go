package story

import (
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// A sight is what one attempt saw of the log, as far as the receipt keeps it.
type sight struct {
	number   int
	attempt  receipt.Attempt
	read     int             // how many events inside its boundary it had read in all
	inside   []receipt.Event // the last of them
	keptFrom int64           // from this position on, inside has all of them
	after    []receipt.Event // the first events inside that it had not read before its append
	seenTo   int64           // up to this position, inside and after have all events inside
}

// sightsOf returns what the attempts saw of the log as it is since the last change of it.
func sightsOf(attempts []receipt.Attempt) []sight {
	since := receipt.SinceStart(attempts)
	skipped := len(attempts) - len(since)
	var sights []sight
	for i, attempt := range since {
		s := sight{number: skipped + i + 1, attempt: attempt, seenTo: attempt.ReadTo}
		s.inside, s.read = lastRead(since[:i+1])
		switch {
		case len(s.inside) == s.read:
			s.keptFrom = 1
		case len(s.inside) > 0:
			s.keptFrom = s.inside[0].Position
		default:
			s.keptFrom = attempt.ReadTo + 1
		}
		if attempt.Conflict != nil {
			s.after = attempt.Conflict.Events
			s.seenTo = s.after[len(s.after)-1].Position
		}
		if own := s.appended(); len(own) > 0 {
			s.seenTo = own[0].Position - 1
		}
		sights = append(sights, s)
	}
	return sights
}

// appended returns the events that the attempt appended.
func (s sight) appended() []receipt.Event {
	if s.wantedKind() != TileOwn || len(s.attempt.Wanted) == 0 || s.attempt.Wanted[0].Position == 0 {
		return nil
	}
	return s.attempt.Wanted
}

// wantedKind is the kind of tile for what the attempt wanted to append.
func (s sight) wantedKind() tileKind {
	switch {
	case s.attempt.Failure != nil || s.attempt.StartedOver != nil:
		return TileFailed
	case s.attempt.Conflict != nil:
		return TileGhost
	default:
		return TileOwn
	}
}

// reading reports whether the attempt ended before it had read.
func (s sight) reading() bool {
	failure, over := s.attempt.Failure, s.attempt.StartedOver
	return failure != nil && failure.Reading || over != nil && over.Reading
}

func has(events []receipt.Event, position int64) bool {
	return countWithin(events, position, position) > 0
}

// countWithin counts the events from one position to another.
func countWithin(events []receipt.Event, from, to int64) int {
	n := 0
	for _, e := range events {
		if from <= e.Position && e.Position <= to {
			n++
		}
	}
	return n
}

func heldFor(hold *receipt.Hold) string {
	switch {
	case hold == nil:
		return ""
	case hold.End == receipt.HoldThought:
		return "thought " + ui.Duration(hold.Took)
	default:
		return "held " + ui.Duration(hold.Took)
	}
}
