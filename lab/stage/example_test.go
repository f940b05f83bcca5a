package stage_test

import (
	"context"
	"fmt"

	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab/stage"
)

// Ada and Kofi both want the last seat. Kofi's append gets in between.
func ExamplePlay() {
	steps, err := stage.ParseSteps("a1-a2-b1-b2-b3-a3-a1-a2")
	if err != nil {
		panic(err)
	}
	record, err := stage.Play(context.Background(), new(dcbmemory.Log), stage.Presets()[0].Setting, steps)
	if err != nil {
		panic(err)
	}
	for _, moment := range record.Moments {
		fmt.Println(moment.Step, moment.Kind)
	}
	ada, _ := record.Last(stage.A)
	fmt.Println("Ada:", ada.Refusal)
	// Output:
	// a1 read
	// a2 decided
	// b1 read
	// b2 decided
	// b3 appended
	// a3 turned away
	// a1 read
	// a2 refused
	// Ada: every seat in this course is taken
}
