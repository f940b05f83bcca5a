package lab

import (
	"context"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// UnderWay returns the race that a course or a student was made for, or "" if there is
// none, or if that race is over. The tag is that of the course or the student.
//
// The answer rests on what is stored, so it is the same in every process on the database:
// what is made for a race carries the race's tag in the log, and a race that is over is
// kept. One that was stopped is never kept; it counts as over when it began longer ago
// than any race lasts.
func (t *Theatre) UnderWay(ctx context.Context, about dcb.Tag) (race string, err error) {
	race, ok := raceNamedIn(about)
	if !ok {
		return "", nil
	}
	// Anybody may choose an id that looks like this, but not the tag.
	made := dcb.NewQuery(dcb.Tags{about, courses.RaceID(race).Tag()})
	events, _, err := t.log.ReadSince(ctx, made, dcb.Checkpoint{})
	if err != nil || len(events) == 0 {
		return "", err
	}
	if time.Since(events[0].RecordedAt) > longestRun+longestSave {
		return "", nil
	}
	kept, err := t.Runs.has(ctx, kindRace, race)
	if err != nil || kept {
		return "", err
	}
	return race, nil
}

// raceNamedIn returns the race whose course or student a tag seems to name, by its id.
func raceNamedIn(about dcb.Tag) (race string, ok bool) {
	_, id, _ := strings.Cut(string(about), ":")
	rest, ofRace := strings.CutPrefix(id, idPrefix)
	race, _, more := strings.Cut(rest, "-")
	return race, ofRace && more && len(race) == idLength
}
