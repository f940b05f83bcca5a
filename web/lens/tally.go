package lens

// A Tally counts the appends after some intervals, by what a boundary would do to them.
type Tally struct {
	Conflicts int // appends that the boundary turns away
	False     int // those of the conflicts that the exact boundary lets through
	Missed    int // appends that the boundary lets through and the exact one turns away
}

// Tally counts what each drawing would do to the appends after the intervals. The result has
// the order of [Drawings]. The intervals must lie within the stretch.
func (s Stretch) Tally(intervals []Interval) []Tally {
	tallies := make([]Tally, len(Drawings()))
	for _, interval := range intervals {
		exact := s.Matches(interval.Exact, interval.After, interval.Before)
		for i, d := range Drawings() {
			tallies[i].add(exact, s.Matches(d.Of(interval.Exact), interval.After, interval.Before))
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
