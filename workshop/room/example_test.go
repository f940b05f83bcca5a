package room_test

import (
	"fmt"
	"strings"
	"time"

	"go-crablet/workshop/room"
)

// Two people work on step 3, and one of them is green.
func Example() {
	rooms := room.New(func(string) {})
	defer rooms.Close()
	code, _ := rooms.Open(2 * time.Hour)

	for i, name := range []string{"Ada", "Kofi"} {
		told := room.Progress{Participant: strings.Repeat(fmt.Sprint(i), 32), Name: name, Step: "03-condition", State: room.Green}
		if name == "Ada" {
			told.State, told.Test = room.Red, "TestSixteenStudentsAndOneSeat"
		}
		heard, _ := room.ProgressOf(told.Form()) // as it comes over the wire
		name, _ := rooms.Tell(code, heard)
		fmt.Println(name, "is in the room")
	}

	board, _, _ := rooms.Look(code)
	step := board.Steps[board.Now]
	fmt.Printf("%s: %d begun, %d green, %d fails %s\n", step.Title, step.Begun, step.Green, step.Fail, step.Test)
	// Output:
	// Ada is in the room
	// Kofi is in the room
	// An append says what it was decided from: 2 begun, 1 green, 1 fails TestSixteenStudentsAndOneSeat
}
