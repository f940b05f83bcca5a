package race

import (
	"fmt"

	"go-crablet/lab"
)

// lanePages tells which lanes a page draws: it is kept below a size that loads at once.
type lanePages struct {
	First, Last, All     int    // of the lanes, from 1
	PreviousURL, NextURL string // or ""
}

const (
	lanesPerPage    = 40  // on a page
	attemptsPerPage = 150 // in the lanes of a page
)

// Words says which lanes are drawn, when that isn't all.
func (l lanePages) Words() string {
	return fmt.Sprintf("Lanes %d to %d of %d", l.First, l.Last, l.All)
}

// lanePages turns over when a page is full. A lane that is drawn first on a page always
// fits.
func (s scrub) lanePages(all []lab.Contender, attempts map[int]int) lanePages {
	starts, onPage := []int{0}, 0
	for i, who := range all {
		begin := starts[len(starts)-1]
		if i > begin && (i-begin == lanesPerPage || onPage+attempts[who.Number] > attemptsPerPage) {
			starts, onPage = append(starts, i), 0
		}
		onPage += attempts[who.Number]
	}
	current := 0
	for current+1 < len(starts) && starts[current+1] < s.from {
		current++
	}
	step := 0
	if s.Stepping {
		step = s.Step
	}
	pages := lanePages{First: starts[current] + 1, Last: len(all), All: len(all)}
	if current > 0 {
		pages.PreviousURL = s.url(step, starts[current-1]+1, 0)
	}
	if current+1 < len(starts) {
		pages.Last = starts[current+1]
		pages.NextURL = s.url(step, starts[current+1]+1, 0)
	}
	return pages
}
