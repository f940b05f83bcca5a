package dcb_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
)

// What one append stored came about at one moment, so nothing was ever as of a position in
// the middle of it.
func ExampleStore_AppendOf() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()

	for _, types := range [][]string{{"Opened"}, {"Left", "Promoted", "Seated"}} {
		var events []dcb.InputEvent
		for _, one := range types {
			events = append(events, dcb.NewInputEvent(one, dcb.NewTags("course_id", "algebra"), []byte(`{}`)))
		}
		if _, err := store.AppendEvents(ctx, events, dcb.Query{}, 0); err != nil {
			panic(err)
		}
	}

	first, last, err := store.AppendOf(ctx, 3)
	if err != nil {
		panic(err)
	}
	fmt.Println("the event at 3 was stored with those from", first, "to", last.Position)
	// Output: the event at 3 was stored with those from 2 to 4
}
