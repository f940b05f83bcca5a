package intake_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/internal/pgtest"
)

// A list of courses is tried out and carried out. One of them is there already.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer log.Close()
	if err := (courses.DefineCourse{Course: "logic", Title: "Logic", Capacity: 20}).Decide(ctx, log); err != nil {
		panic(err)
	}

	id := intake.NewID()
	list, err := intake.Read(id, intake.Courses, []byte("title;seats;id\nLogic;20;logic\nPoetry;12;poetry\n"), intake.IDs{})
	if err != nil {
		panic(err)
	}
	if err := intake.Try(ctx, log, &list); err != nil {
		panic(err)
	}
	fmt.Println(list.Encoding, "with", list.Separator)
	for _, line := range list.Lines {
		fmt.Printf("%d %s: %s %q\n", line.Number, line.Text, line.State, line.Why)
	}

	imports := intake.NewStore(pool)
	if err := imports.Add(ctx, id, list); err != nil {
		panic(err)
	}
	clerk := intake.NewClerk(imports, log, sealed.NewKeys(pool, log), slog.New(slog.DiscardHandler))
	defer clerk.Close()
	if err := clerk.Start(ctx, id); err != nil {
		panic(err)
	}
	for range time.Tick(time.Millisecond) {
		found, err := imports.Find(ctx, id)
		if err != nil {
			panic(err)
		}
		if found.Stage == intake.Completed {
			fmt.Println(found.Counts)
			return
		}
	}
	// Output:
	// UTF-8 with semicolons
	// 2 Logic: there "a course with this id exists already"
	// 3 Poetry: new ""
	// map[done:1 there:1]
}
