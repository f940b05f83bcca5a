package past

import (
	"context"
	"encoding/json"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// capacityOf returns the capacity of a course that was defined by an event with this data.
func capacityOf(t *testing.T, data string) (capacity int) {
	t.Helper()
	log := &dcbtest.Memory{}
	event := dcb.NewInputEvent("CourseDefined", dcb.NewTags("course_id", "algebra"), []byte(data))
	if _, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
		t.Fatal(err)
	}
	if err := know(t.Context(), log, &capacity); err != nil {
		t.Fatalf("An event can't be read: %v", err)
	}
	return capacity
}

// know reads the capacity of Algebra, and decides nothing.
func know(ctx context.Context, log dcb.Log, capacity *int) error {
	return dcb.Decide(ctx, log,
		func(n *int) dcb.Boundary { return dcb.Boundary{dcb.Into(n, Capacity("algebra"))} },
		func(n int) ([]dcb.Fact, error) {
			*capacity = n
			return nil, nil
		})
}

func TestACourseOfTodayHasItsSeats(t *testing.T) {
	if capacity := capacityOf(t, `{"course_id":"algebra","capacity":12}`); capacity != 12 {
		t.Errorf("Algebra was defined today, with 12 seats. You read %d.", capacity)
	}
}

func TestACourseOf2023HasItsSeats(t *testing.T) {
	if capacity := capacityOf(t, `{"course_id":"algebra","max_students":20}`); capacity != 20 {
		t.Errorf("Algebra was defined in 2023, with 20 seats. You read %d, so every decision about its seats is wrong.", capacity)
	}
}

func TestTheEventOf2023StaysAsItIs(t *testing.T) {
	const stored = `{"course_id":"algebra","max_students":20}`
	data, course := []byte(stored), CourseDefined{}
	if err := json.Unmarshal(data, &course); err != nil {
		t.Fatalf("The event of 2023 can't be read: %v", err)
	}
	if string(data) != stored {
		t.Errorf("The event of 2023 says %s. You have read it, and now it says %s.", stored, data)
	}
}

func TestACourseWithoutSeatsHasNone(t *testing.T) {
	if capacity := capacityOf(t, `{"course_id":"algebra","capacity":0}`); capacity != 0 {
		t.Errorf("Algebra was defined today, with no seats yet. You read %d.", capacity)
	}
}

func TestNewEventsHaveTheNewField(t *testing.T) {
	events, err := dcb.Encode(dcb.Facts(CourseDefined{Course: "algebra", Capacity: 12}))
	if err != nil {
		t.Fatal(err)
	}
	if data := string(events[0].Data); data != `{"course_id":"algebra","capacity":12}` {
		t.Errorf("A course that is defined today should be stored with the field capacity. It is stored as %s.", data)
	}
}
