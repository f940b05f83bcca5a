package dcb_test

import (
	"fmt"

	"go-crablet/dcb"
)

// A guest leaves, so the next one in the queue gets the room: what follows from what
// is in the log, and the request that all of it answers is one more tag.
func ExampleCausing() {
	left, promoted := guestLeft{"ada"}, guestArrived{"kofi"}
	facts := dcb.WithTags(dcb.Causing(left, promoted), "request:7f3a")

	events, err := dcb.Encode(facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(events[0].Type, events[0].Tags)
	fmt.Println(events[1].Type, events[1].Tags, events[1].CausationID == events[0].ID)
	// Output:
	// GuestLeft [guest:ada request:7f3a]
	// GuestArrived [guest:kofi request:7f3a] true
}

type (
	guestArrived struct{ Guest string }
	guestLeft    struct{ Guest string }
)

func (guestArrived) EventType() string { return "GuestArrived" }
func (guestLeft) EventType() string    { return "GuestLeft" }
func (e guestArrived) Tags() dcb.Tags  { return dcb.NewTags("guest", e.Guest) }
func (e guestLeft) Tags() dcb.Tags     { return dcb.NewTags("guest", e.Guest) }

// roomBooked was called RoomReserved, and is stored so in older events.
type roomBooked struct {
	Room string `json:"room"`
}

func (roomBooked) EventType() string    { return "RoomBooked" }
func (fact roomBooked) Tags() dcb.Tags  { return dcb.NewTags("room", fact.Room) }
func (roomBooked) OtherTypes() []string { return []string{"RoomReserved"} }

// A type is renamed, and what was stored before is still understood.
func ExampleRenamedFact() {
	fmt.Println(dcb.TypesOf(roomBooked{}))
	isBooked := dcb.Project(false, roomBooked{"blue"}.Tags(), dcb.Sets[roomBooked](true))
	fmt.Println(isBooked.Query().Matches(dcb.Event{Type: "RoomReserved", Tags: dcb.NewTags("room", "blue")}))
	// Output:
	// [RoomBooked RoomReserved]
	// true
}

// A program that follows the log meets events of any type.
func ExampleFactTypes() {
	types := dcb.NewFactTypes(roomBooked{})
	for _, eventType := range []string{"RoomBooked", "RoomReserved", "RoomPainted"} {
		fact, err := types.Decode(eventType, []byte(`{"room":"blue"}`))
		fmt.Println(fact, err)
	}
	// Output:
	// {blue} <nil>
	// {blue} <nil>
	// <nil> <nil>
}
