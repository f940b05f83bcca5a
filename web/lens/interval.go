package lens

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// An Interval is what one append had behind its back: the events that were stored after its
// decision had read, and before the append was judged.
type Interval struct {
	Exact  dcb.Query // what the append was conditional on
	After  int64     // the decision had read up to here
	Before int64     // the append would have stood here
}

// IntervalsIn returns the gaps of appends that were sent, as long as they really were.
func IntervalsIn(appends []receipt.Append) []Interval {
	gaps := make([]Interval, len(appends))
	for i, a := range appends {
		gaps[i] = Interval{dcb.QueryOf(a.Boundary...), a.After, a.Before}
	}
	return gaps
}

// Subscriptions returns the gaps of the last subscriptions in the stretch, the latest
// first and at most so many, as if nothing had come in between; see [Stretch.Earlier]. A
// seat that somebody got in consequence of another decision has none of its own.
func (s Stretch) Subscriptions(most int) []Interval {
	var gaps []Interval
	for _, e := range slices.Backward(s.events) {
		if len(gaps) == most {
			break
		}
		if cmd, ok := subscribed(e); ok {
			gaps = append(gaps, Interval{cmd.Boundary().Condition(), e.Position - 1, e.Position})
		}
	}
	return gaps
}

// Earlier returns the gaps as they would be, had each decision read so many events
// earlier. One that does not have so many before it in the stretch is left out.
func (s Stretch) Earlier(gaps []Interval, events int64) []Interval {
	longer := slices.Clone(gaps)
	for i := range longer {
		longer[i].After -= events
	}
	return s.Within(longer)
}

// Within returns the gaps of which all events are in the stretch.
func (s Stretch) Within(gaps []Interval) []Interval {
	return slices.DeleteFunc(slices.Clone(gaps), func(g Interval) bool { return g.After < s.After() || g.Before > s.Before() })
}

// A Tally is what a boundary makes of the appends behind some gaps.
type Tally struct {
	Conflicts int // appends that it turns away
	False     int // of those, the ones that the exact boundary lets through
	Missed    int // appends that it lets through and the exact boundary turns away
}

// Tally counts what each drawing makes of gaps within the stretch, in the order of
// [Drawings].
func (s Stretch) Tally(gaps []Interval) []Tally {
	tallies := make([]Tally, len(Drawings()))
	for _, g := range gaps {
		exact := s.Meets(g.Exact, g.After, g.Before)
		for i, d := range Drawings() {
			tallies[i].add(exact, s.Meets(d.Of(g.Exact), g.After, g.Before))
		}
	}
	return tallies
}

func (t *Tally) add(exact, drawn bool) {
	switch {
	case drawn && !exact:
		t.False++
	case !drawn && exact:
		t.Missed++
	}
	if drawn {
		t.Conflicts++
	}
}

// subscribed returns the command that an event answered, if it is a subscription that
// somebody asked for.
func subscribed(e dcb.Event) (courses.SubscribeStudent, bool) {
	fact, err := courses.Decode(e.Type, e.Data)
	seat, ok := fact.(courses.StudentSubscribedToCourse)
	return courses.SubscribeStudent{Student: seat.Student, Course: seat.Course}, ok && err == nil && e.CausationID == ""
}
