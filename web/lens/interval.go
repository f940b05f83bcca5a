package lens

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// An Interval is the part of the log between a decision and its append: the events that were
// stored after the decision had read, and before its append was judged.
type Interval struct {
	Exact  dcb.Query // the query of the append condition
	After  int64     // the decision had read up to this position
	Before int64     // the append was accepted at this position, or would have been
}

// IntervalsOf returns the intervals of appends in their real lengths.
func IntervalsOf(appends []receipt.Append) []Interval {
	intervals := make([]Interval, len(appends))
	for i, a := range appends {
		intervals[i] = Interval{dcb.QueryOf(a.Boundary...), a.After, a.Before}
	}
	return intervals
}

// Subscriptions returns an empty interval for each of the last subscriptions in the stretch,
// the latest first and at most most: as if each decision had read right up to its append.
// [Stretch.Earlier] makes them longer. Promotions from a waitlist are left out, since no
// command asked for them.
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

// subscribed returns the command that led to an event, if the event is a subscription that
// a command asked for.
func subscribed(e dcb.Event) (courses.SubscribeStudent, bool) {
	fact, err := courses.Decode(e.Type, e.Data)
	seat, ok := fact.(courses.StudentSubscribedToCourse)
	return courses.SubscribeStudent{Student: seat.Student, Course: seat.Course}, ok && err == nil && e.CausationID == ""
}

// Earlier returns the intervals as they would be if each decision had read a number of
// events earlier. Intervals that would begin before the stretch are left out.
func (s Stretch) Earlier(intervals []Interval, events int64) []Interval {
	longer := slices.Clone(intervals)
	for i := range longer {
		longer[i].After -= events
	}
	return s.Within(longer)
}

// Within returns the intervals that lie in the stretch as a whole.
func (s Stretch) Within(intervals []Interval) []Interval {
	return slices.DeleteFunc(slices.Clone(intervals), func(i Interval) bool { return i.After < s.After() || i.Before > s.Before() })
}
