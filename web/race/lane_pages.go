package race

import (
	"fmt"

	"go-crablet/lab"
)

// A lanePages says which lanes a page draws. A page has so few that it loads at once, and that
// all of them are in sight on a laptop.
type lanePages struct {
	First, Last, All     int    // of the lanes, from 1
	Roomy                bool   // there is room for high lanes, which are links
	PreviousURL, NextURL string // or ""
}

const (
	mostLines       = 24 // on a page: a line is the height of a lane
	mostRoomyLines  = 16
	linesOfCourse   = 2 // what each further course on the page takes beside its lanes
	attemptsPerPage = 150
)

// Words says which lanes are drawn.
func (l lanePages) Words() string {
	return fmt.Sprintf("Lanes %d to %d of %d", l.First, l.Last, l.All)
}

// lanePages divides all lanes into pages, and returns the one that the scrub is at. A page
// ends when it has enough lines or attempts, but it always has at least one lane.
func (s scrub) lanePages(all []lab.Contender, prizes map[int]prize, attempts map[int]int) lanePages {
	starts, lines, onPage := []int{0}, []int{0}, 0
	for i, who := range all {
		page := len(starts) - 1
		more := 1
		if i > starts[page] && prizes[who.Number].key != prizes[all[i-1].Number].key {
			more += linesOfCourse
		}
		if i > starts[page] && (lines[page]+more > mostLines || onPage+attempts[who.Number] > attemptsPerPage) {
			starts, lines, onPage = append(starts, i), append(lines, 0), 0
			page, more = page+1, 1
		}
		lines[page] += more
		onPage += attempts[who.Number]
	}
	current := 0
	for current+1 < len(starts) && starts[current+1] < s.from {
		current++
	}
	pages := lanePages{First: starts[current] + 1, Last: len(all), All: len(all), Roomy: lines[current] <= mostRoomyLines}
	if current > 0 {
		pages.PreviousURL = s.onLanesFrom(starts[current-1] + 1).Here()
	}
	if current+1 < len(starts) {
		pages.Last = starts[current+1]
		pages.NextURL = s.onLanesFrom(starts[current+1] + 1).Here()
	}
	return pages
}
