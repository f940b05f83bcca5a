package dcb_test

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/dcb"
)

// openWithCourses opens a store whose log begins with these four events.
func openWithCourses(ctx context.Context) (store *dcb.Store, done func()) {
	store, done = openExample(ctx)
	algebra, biology := dcb.NewTags("course_id", "algebra"), dcb.NewTags("course_id", "biology")
	happened(ctx, store, "CourseDefined", algebra, `{"seats":2}`)
	happened(ctx, store, "CourseDefined", biology, `{"seats":5}`)
	happened(ctx, store, "SeatsChanged", algebra, `{"seats":3}`)
	happened(ctx, store, "SeatsChanged", algebra, `{"seats":4}`)
	return store, done
}

// A stream is a loop. It shows the log as it was when the loop began.
func ExampleStore_Read() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()

	for e, err := range store.Read(ctx, dcb.NewQuery(dcb.NewTags("course_id", "algebra")), dcb.ReadOptions{}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(e.Position, e.Type, string(e.Data))
	}
	// Output:
	// 1 CourseDefined {"seats":2}
	// 3 SeatsChanged {"seats":3}
	// 4 SeatsChanged {"seats":4}
}

// The newest event of a kind, without reading those before it.
func ExampleStore_Read_newest() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()

	changes := dcb.NewQuery(nil, "SeatsChanged")
	for e, err := range store.Read(ctx, changes, dcb.ReadOptions{Backwards: true, Limit: 1}) {
		fmt.Println(e.Position, string(e.Data), err)
	}
	// Output: 4 {"seats":4} <nil>
}

// What is new since a checkpoint, and the checkpoint to go on from: that of the last
// event in the log, though the query does not match it.
func ExampleStore_ReadSince() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()
	biology := dcb.NewQuery(dcb.NewTags("course_id", "biology"))

	events, known, err := store.ReadSince(ctx, biology, dcb.Checkpoint{})
	fmt.Println(len(events), known.Position, err)

	happened(ctx, store, "SeatsChanged", dcb.NewTags("course_id", "biology"), `{"seats":6}`)
	events, known, err = store.ReadSince(ctx, biology, known)
	fmt.Println(len(events), known.Position, err)
	// Output:
	// 1 4 <nil>
	// 1 5 <nil>
}

// What was known at a checkpoint is there to be read for as long as the log has it.
func ExampleStore_ReadUpTo() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()
	biology := dcb.NewQuery(dcb.NewTags("course_id", "biology"))
	events, _, err := store.ReadSince(ctx, biology, dcb.Checkpoint{})
	if err != nil {
		panic(err)
	}
	then := events[0].Checkpoint()

	happened(ctx, store, "SeatsChanged", dcb.NewTags("course_id", "biology"), `{"seats":6}`)
	events, err = store.ReadUpTo(ctx, biology, then)
	fmt.Println(len(events), err)

	// It is another log if another event stands at the position, or none.
	then.EventID = dcb.NewID()
	_, err = store.ReadUpTo(ctx, biology, then)
	fmt.Println(errors.Is(err, dcb.ErrOtherHistory))
	// Output:
	// 1 <nil>
	// true
}

// A position that somebody noted, without the event at it, can be used as well. Then
// nothing tells one history of the log from another.
func ExampleAt() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()
	events, head, err := store.ReadSince(ctx, dcb.AllEvents(), dcb.At(3))
	fmt.Println(len(events), head.Position, err)

	_, _, err = store.ReadSince(ctx, dcb.AllEvents(), dcb.At(99))
	fmt.Println(errors.Is(err, dcb.ErrBeyondHead))
	// Output:
	// 1 4 <nil>
	// true
}

// newest reduces events to the data of the last one.
var newest = dcb.StateReducer{
	InitialState: `{"seats":0}`,
	ReducerFn:    func(_ any, e dcb.Event) any { return string(e.Data) },
}

// A state, and the position as of which it is true: append under the same query and
// position, and the append fails if the state has changed.
func ExampleStore_ReadState() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()

	position, state, err := store.ReadState(ctx, dcb.NewQuery(dcb.NewTags("course_id", "algebra")), newest)
	fmt.Println(position, state, err)
	// Output: 4 {"seats":4} <nil>
}

// The same, as it was at some time before.
func ExampleStore_ReadStateUpTo() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()

	for _, upTo := range []int64{0, 2, 3} {
		position, state, err := store.ReadStateUpTo(ctx, dcb.NewQuery(dcb.NewTags("course_id", "algebra")), newest, upTo)
		fmt.Println(position, state, err)
	}
	// Output:
	// 0 {"seats":0} <nil>
	// 2 {"seats":2} <nil>
	// 3 {"seats":3} <nil>
}

// An event by its ID, as a link or a causation ID names it.
func ExampleStore_Find() {
	ctx := context.Background()
	store, done := openWithCourses(ctx)
	defer done()

	for last := range store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{Backwards: true, Limit: 1}) {
		found, err := store.Find(ctx, last.ID)
		fmt.Println(len(found), found[0].Position, found[0].Type, err)
	}
	// Output: 1 4 SeatsChanged <nil>
}
