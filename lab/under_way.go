package lab

import (
	"context"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// UnderWay returns the id of the race that a course or a student was made for, if that race
// is not over. Otherwise it returns "". about is the tag of the course or the student.
//
// Every process on the database gives the same answer, because it depends only on what is
// stored: the events that make the courses and students of a race carry the race's tag, and a
// race that is over is kept. A race that was stopped is never kept. It counts as over when it
// began longer ago than any race lasts.
func (t *Theatre) UnderWay(ctx context.Context, about dcb.Tag) (race string, err error) {
	race, ok := raceNamedIn(about)
	if !ok {
		return "", nil
	}
	// A visitor may choose an id that looks like this, but can't set the tag.
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

// raceNamedIn returns the id of the race whose course or student a tag seems to name.
func raceNamedIn(about dcb.Tag) (race string, ok bool) {
	_, id, _ := strings.Cut(string(about), ":")
	rest, ofRace := strings.CutPrefix(id, idPrefix)
	race, _, more := strings.Cut(rest, "-")
	return race, ofRace && more && len(race) == permalink.IDLength
}
