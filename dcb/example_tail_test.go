package dcb_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
)

// A read model that is kept up to date: the number of members of each course.
func ExampleStore_Tail() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()

	join := func(student, course string) {
		tags := dcb.NewTags("student_id", student, "course_id", course)
		event := dcb.NewInputEvent("StudentSubscribedToCourse", tags, []byte(`{}`))
		if _, err := store.AppendEvents(ctx, []dcb.InputEvent{event}, dcb.Query{}, 0); err != nil {
			panic(err)
		}
	}
	join("ada", "algebra")
	join("bob", "algebra")

	// Both of these belong into one table row or file, written together.
	members, checkpoint := 0, dcb.Checkpoint{}

	query := dcb.NewQuery(dcb.NewTags("course_id", "algebra"), "StudentSubscribedToCourse")
	for progress, err := range store.Tail(ctx, query, checkpoint) {
		if err != nil {
			fmt.Println("out of order, will try again:", err)
			continue
		}
		members += len(progress.Events)
		checkpoint = progress.Checkpoint
		fmt.Println("position", checkpoint.Position, "members", members)

		switch checkpoint.Position {
		case 2: // caught up; from now on it follows
			join("cyd", "biology")
		case 3: // not ours, but we need not look at it again
			join("cyd", "algebra")
		case 4:
			return
		}
	}
	// Output:
	// position 2 members 2
	// position 3 members 2
	// position 4 members 3
}
