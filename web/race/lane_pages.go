package race

import (
	"fmt"

	"go-crablet/lab"
)

// A lanePages says which lanes a page draws. A page has so few that it loads at once.
type lanePages struct {
	First, Last, All     int    // of the lanes, from 1
	PreviousURL, NextURL string // or ""
}

const (
	lanesPerPage    = 40
	attemptsPerPage = 150
)

// Words says which lanes are drawn.
func (l lanePages) Words() string {
	return fmt.Sprintf("Lanes %d to %d of %d", l.First, l.Last, l.All)
}

// lanePages divides all lanes into pages, and returns the one that the scrub is at. A page
// ends when it has enough lanes or attempts, but it always has at least one lane.
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
