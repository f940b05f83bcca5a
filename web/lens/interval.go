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

// IntervalsOf returns the intervals of appends that were sent, as long as they really were.
func IntervalsOf(appends []receipt.Append) []Interval {
	intervals := make([]Interval, len(appends))
	for i, a := range appends {
		intervals[i] = Interval{dcb.QueryOf(a.Boundary...), a.After, a.Before}
	}
	return intervals
}

// Subscriptions returns the intervals of the last subscriptions in the stretch, the latest
// first and at most so many, as if nothing had come in between; see [Stretch.Earlier]. A
// seat that somebody got in consequence of another decision has none of its own.
func (s Stretch) Subscriptions(most int) []Interval {
	var intervals []Interval
	for _, e := range slices.Backward(s.events) {
		if len(intervals) == most {
			break
		}
		if cmd, ok := subscribed(e); ok {
			intervals = append(intervals, Interval{cmd.Boundary().Condition(), e.Position - 1, e.Position})
		}
	}
	return intervals
}

// subscribed returns the command that an event answered, if it is a subscription that
// somebody asked for.
func subscribed(e dcb.Event) (courses.SubscribeStudent, bool) {
	fact, err := courses.Decode(e.Type, e.Data)
	seat, ok := fact.(courses.StudentSubscribedToCourse)
	return courses.SubscribeStudent{Student: seat.Student, Course: seat.Course}, ok && err == nil && e.CausationID == ""
}

// Earlier returns the intervals as they would be, had each decision read so many events
// earlier. One that does not have so many before it in the stretch is left out.
func (s Stretch) Earlier(intervals []Interval, events int64) []Interval {
	longer := slices.Clone(intervals)
	for i := range longer {
		longer[i].After -= events
	}
	return s.Within(longer)
}

// Within returns the intervals of which all events are in the stretch.
func (s Stretch) Within(intervals []Interval) []Interval {
	return slices.DeleteFunc(slices.Clone(intervals), func(g Interval) bool { return g.After < s.After() || g.Before > s.Before() })
}
