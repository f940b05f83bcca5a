package lens_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/web/lens"
)

// How Ada's subscription would end, and which commands of others would conflict with it under
// each drawing of its boundary.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer log.Close()
	for _, cmd := range []dcb.Command{
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 2},
		courses.DefineCourse{Course: "logic", Title: "Logic", Capacity: 2},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
	} {
		if err := cmd.Decide(ctx, log); err != nil {
			panic(err)
		}
	}

	rehearsal, err := lens.NewRehearsal(ctx, log)
	if err != nil {
		panic(err)
	}
	mine, err := rehearsal.Try(ctx, courses.SubscribeStudent{Student: "ada", Course: "algebra"})
	if err != nil {
		panic(err)
	}
	fmt.Println("would append:", mine.Events[0].Type)
	for _, theirs := range []dcb.Command{
		courses.SubscribeStudent{Student: "kofi", Course: "algebra"},
		courses.SubscribeStudent{Student: "ada", Course: "logic"},
		courses.RenameCourse{Course: "algebra", NewTitle: "Groups"},
	} {
		decision, err := rehearsal.Try(ctx, theirs)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%T:", theirs)
		for _, drawing := range lens.Drawings() {
			fmt.Printf(" %s=%v", drawing.Name, lens.FindMatch(drawing.Of(mine.Condition), decision.Events).Inside)
		}
		fmt.Println()
	}
	// Output:
	// would append: StudentSubscribedToCourse
	// courses.SubscribeStudent: type-and-tag=true tag=true stream=true
	// courses.SubscribeStudent: type-and-tag=true tag=true stream=false
	// courses.RenameCourse: type-and-tag=false tag=true stream=true
}
