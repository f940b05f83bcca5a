package lens

// A Tally is what a boundary makes of the appends behind some intervals.
type Tally struct {
	Conflicts int // appends that it turns away
	False     int // of those, the ones that the exact boundary lets through
	Missed    int // appends that it lets through and the exact boundary turns away
}

// Tally counts what each drawing makes of intervals within the stretch, in the order of
// [Drawings].
func (s Stretch) Tally(intervals []Interval) []Tally {
	tallies := make([]Tally, len(Drawings()))
	for _, g := range intervals {
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
