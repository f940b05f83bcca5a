package see

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A translated log has the events of the application, in the words of the first steps: there the
// event of a seat is a SeatTaken without data, and its tags say whose seat it is.
type translated struct{ dcb.Log }

const inSteps = "SeatTaken"

var inApplication = courses.StudentSubscribedToCourse{}.EventType()

// ReadSince implements [dcb.Log].
func (l translated) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	events, head, err := l.Log.ReadSince(ctx, ofApplication(query), after)
	return ofSteps(events), head, err
}

// ReadUpTo implements [dcb.Log].
func (l translated) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	events, err := l.Log.ReadUpTo(ctx, ofApplication(query), upTo)
	return ofSteps(events), err
}

// AppendAfter implements [dcb.Log].
func (l translated) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	told := slices.Clone(events)
	for i, e := range told {
		if e.Type != inSteps {
			continue
		}
		data, err := seatOf(e.Tags)
		if err != nil {
			return 0, err
		}
		told[i].Type, told[i].Data = inApplication, data
	}
	return l.Log.AppendAfter(ctx, told, ofApplication(query), known)
}

// seatOf reads from the tags of a seat whose it is, and returns the event's data in the application.
func seatOf(tags dcb.Tags) (data []byte, err error) {
	var seat courses.StudentSubscribedToCourse
	for _, tag := range tags {
		if id, ok := courses.StudentIn(tag); ok {
			seat.Student = id
		}
		if id, ok := courses.CourseIn(tag); ok {
			seat.Course = id
		}
	}
	if seat.Student == "" || seat.Course == "" {
		return nil, errors.New("the event of a seat has to be tagged with its course and its student")
	}
	return json.Marshal(seat)
}

// ofApplication returns a query of the first steps in the words of the application.
func ofApplication(query dcb.Query) dcb.Query {
	items := query.Items()
	for i, item := range items {
		for n, name := range item.Types {
			if name == inSteps {
				items[i].Types[n] = inApplication
			}
		}
	}
	return dcb.QueryOf(items...)
}

// ofSteps returns events of the application in the words of the first steps.
func ofSteps(events []dcb.Event) []dcb.Event {
	told := slices.Clone(events)
	for i, e := range told {
		if e.Type == inApplication {
			told[i].Type, told[i].Data = inSteps, []byte(`{}`)
		}
	}
	return told
}
