package receipt

import (
	"encoding/json"

	"go-crablet/dcb"
)

// An Event is what a receipt keeps of an event.
type Event struct {
	Position    int64           `json:"position"`
	ID          string          `json:"id"`
	CausationID string          `json:"causation_id,omitempty"` // the event that caused it, if any
	Type        string          `json:"type"`
	Tags        dcb.Tags        `json:"tags"`
	Data        json.RawMessage `json:"data"`
}

// maxLastRead is how many of the events that an attempt read are kept.
const maxLastRead = 12

func keep(events []dcb.Event) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{Position: e.Position, ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
	}
	return kept
}

func keepLast(events []dcb.Event) []Event { return keep(events[max(0, len(events)-maxLastRead):]) }

// wanted returns events that a decision wants to append. If they are stored, the first has
// the position first; otherwise first is 0, and so are their positions.
func wanted(events []dcb.InputEvent, first int64) []Event {
	kept := make([]Event, len(events))
	for i, e := range events {
		kept[i] = Event{ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
		if first > 0 {
			kept[i].Position = first + int64(i)
		}
	}
	return kept
}
