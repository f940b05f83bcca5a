package log

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

// setsUpRace returns the id of the race that an event sets up, or "": it made a course or a
// student of the race.
func setsUpRace(e dcb.Event) string {
	if e.Type != (courses.CourseDefined{}).EventType() && e.Type != (courses.StudentRegistered{}).EventType() {
		return ""
	}
	race, _ := receipt.Receipt{CorrelationID: e.CorrelationID}.Race()
	return race
}

// foldSetUps puts the events that set up a race into one line, where they stand next to each
// other. The lines are the latest first, and so are those in the one.
func foldSetUps(lines []line) []line {
	var folded []line
	for _, l := range lines {
		last := len(folded) - 1
		if l.race == "" || last < 0 || folded[last].race != l.race {
			folded = append(folded, l)
			continue
		}
		if len(folded[last].SetUp) == 0 {
			folded[last].SetUp = []line{folded[last]}
		}
		folded[last].SetUp = append(folded[last].SetUp, l)
	}
	return folded
}

// SetUpWords says which race the events set up, and how many they are.
func (l line) SetUpWords() string {
	n := len(l.SetUp)
	return fmt.Sprintf("%d to %d: a race was set up by %d events", l.SetUp[n-1].Position, l.Position, n)
}

// RaceURL is the address of the race that the event sets up.
func (l line) RaceURL() string { return story.RaceURL(l.race) }
