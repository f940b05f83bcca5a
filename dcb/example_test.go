package dcb_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// The quick start: append an event on a condition, then reduce events to state.
func Example_quickStart() {
	// pool, err := pgxpool.New(context.Background(), "postgres://user:secret@localhost:5432/testdb?sslmode=disable")
	pool := pgtest.Open()
	defer pool.Close()

	// Create event store
	store, err := dcb.NewEventStore(context.Background(), pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	// Create an event with tags
	event := dcb.NewInputEvent(
		"UserCreated",
		dcb.NewTags("user_id", "123", "tenant_id", "456"),
		[]byte(`{"name": "John Doe", "email": "john@example.com"}`),
	)

	// Define the query for consistency
	query := dcb.NewQuery(
		dcb.NewTags("user_id", "123"),
		"UserCreated",
	)

	// Append the event with consistency check
	position, err := store.AppendEvents(context.Background(), []dcb.InputEvent{event}, query, 0)
	if err != nil {
		panic(err)
	}

	// Read state using a reducer
	reducer := dcb.StateReducer{
		InitialState: make(map[string]any),
		ReducerFn: func(state any, event dcb.Event) any {
			m := state.(map[string]any)
			var data map[string]any
			json.Unmarshal(event.Data, &data)
			m[event.ID] = data
			return m
		},
	}

	// Read state using the same query
	_, state, err := store.ReadState(context.Background(), query, reducer)
	if err != nil {
		panic(err)
	}
	fmt.Println(position, len(state.(map[string]any)))
	// Output: 1 1
}

// openExample opens a store in a new database, as the quick start does.
func openExample(ctx context.Context) (store *dcb.Store, done func()) {
	pool := pgtest.Open()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	return store, func() {
		store.Close()
		pool.Close()
	}
}

// One event belongs to a student and to a course. The query here has both tags in
// one item, so it guards against this student taking this course twice, and
// against nothing else: for a capacity, see the example of [Query.Or].
func Example_subscription() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	lastKnownPosition := int64(0)

	// Example: Subscribing a student to a course
	event := dcb.NewInputEvent(
		"StudentSubscribedToCourse",
		dcb.NewTags(
			"student_id", "s1",
			"course_id", "c1",
		),
		[]byte(`{"timestamp": "2024-03-20T10:00:00Z"}`),
	)

	// The event affects both student and course entities
	// Consistency is enforced through the query
	query := dcb.NewQuery(
		dcb.NewTags("student_id", "s1", "course_id", "c1"),
		"StudentSubscribedToCourse",
	)

	position, err := store.AppendEvents(ctx, []dcb.InputEvent{event}, query, lastKnownPosition)
	fmt.Println(position, err)

	// Whoever decided on the same knowledge comes too late.
	again := dcb.NewInputEvent(event.Type, event.Tags, event.Data)
	_, err = store.AppendEvents(ctx, []dcb.InputEvent{again}, query, lastKnownPosition)
	fmt.Println(errors.Is(err, dcb.ErrConflict))
	// Output:
	// 1 <nil>
	// true
}

// A rule about a course and a rule about a student, kept by one append: items are
// joined by "or", tags within an item by "and".
func ExampleQuery_Or() {
	course := dcb.NewQuery(dcb.NewTags("course_id", "c1"))
	student := dcb.NewQuery(dcb.NewTags("student_id", "s1"))
	boundary := course.Or(student)

	for _, tags := range []dcb.Tags{
		dcb.NewTags("course_id", "c1", "student_id", "s2"), // somebody else's seat in the course
		dcb.NewTags("course_id", "c2", "student_id", "s1"), // the student's seat elsewhere
		dcb.NewTags("course_id", "c2", "student_id", "s2"), // strangers
	} {
		fmt.Println(boundary.Matches(dcb.Event{Type: "StudentSubscribedToCourse", Tags: tags}))
	}
	// Output:
	// true
	// true
	// false
}

// A stream is a loop. It shows the log as it was when the loop began.
func ExampleStore_Read() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	events := []dcb.InputEvent{
		dcb.NewInputEvent("CourseDefined", dcb.NewTags("course_id", "c1"), []byte(`{"capacity":2}`)),
		dcb.NewInputEvent("CourseDefined", dcb.NewTags("course_id", "c2"), []byte(`{"capacity":5}`)),
		dcb.NewInputEvent("CourseCapacityChanged", dcb.NewTags("course_id", "c1"), []byte(`{"new_capacity":3}`)),
	}
	if _, err := store.AppendEvents(ctx, events, dcb.Query{}, 0); err != nil { // the zero Query: no condition
		panic(err)
	}

	for e, err := range store.Read(ctx, dcb.NewQuery(dcb.NewTags("course_id", "c1")), dcb.ReadOptions{}) {
		if err != nil {
			panic(err)
		}
		fmt.Println(e.Position, e.Type, string(e.Data))
	}
	// Output:
	// 1 CourseDefined {"capacity":2}
	// 3 CourseCapacityChanged {"new_capacity":3}
}

// Append once, however many ask: a user name is taken by the first.
func ExampleStore_AppendEventsIfNotExists() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	taken := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return true }}
	name := dcb.NewQuery(dcb.NewTags("name", "gopher"), "NameTaken")

	for _, who := range []string{"ada", "kofi"} {
		event := dcb.NewInputEvent("NameTaken", dcb.NewTags("name", "gopher"), []byte(`"`+who+`"`))
		if _, err := store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{event}, name, 0, taken); err != nil {
			panic(err)
		}
	}
	for e := range store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{}) {
		fmt.Println(e.Type, string(e.Data))
	}
	// Output: NameTaken "ada"
}

// Seats in a room: the facts, what the decision knows, and the rule.
func ExampleDecide() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	opened, err := dcb.Encode(dcb.Facts(roomOpened{Room: "blue", Seats: 1}))
	if err != nil {
		panic(err)
	}
	if _, err := store.AppendEvents(ctx, opened, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	type knowledge struct{ seats, taken int }
	takeSeat := func(who string) error {
		blue := dcb.NewTags("room", "blue")
		return dcb.Decide(ctx, store,
			func(s *knowledge) dcb.Boundary { // what it looks at
				return dcb.Boundary{
					dcb.Into(&s.seats, dcb.Project(0, blue,
						dcb.On(func(_ int, e roomOpened) int { return e.Seats }))),
					dcb.Into(&s.taken, dcb.Project(0, blue,
						dcb.On(func(n int, _ seatTaken) int { return n + 1 }))),
				}
			},
			func(s knowledge) ([]dcb.Fact, error) { // the rule, then the facts
				if s.taken >= s.seats {
					return nil, errFull
				}
				return dcb.Facts(seatTaken{Room: "blue", Who: who}), nil
			})
	}
	fmt.Println(takeSeat("ada"))
	fmt.Println(takeSeat("kofi"))
	// Output:
	// <nil>
	// the room is full
}

// A trace watches a decision from the inside, and may hold it up.
func ExampleWithTrace() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened := func(facts ...dcb.Fact) {
		events, err := dcb.Encode(facts)
		if err == nil {
			_, err = store.AppendEvents(ctx, events, dcb.Query{}, 0)
		}
		if err != nil {
			panic(err)
		}
	}
	happened(roomOpened{Room: "blue", Seats: 2})

	traced := dcb.WithTrace(ctx, &dcb.Trace{
		Stepwise: true,
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 { // somebody gets in between
				happened(seatTaken{Room: "blue", Who: "kofi"})
			}
		},
		Conflicted: func(step dcb.TraceConflicted) {
			e := step.Conflict.Events[0]
			fmt.Printf("attempt %d lost to %s at %d, which made %v stale\n", step.Attempt, e.Type, e.Position, step.Stale)
		},
		Appended: func(step dcb.TraceAppended) {
			fmt.Printf("attempt %d appended at %d\n", step.Attempt, step.Position)
		},
	})
	if err := (takeSeat{Room: "blue", Who: "ada"}).run(traced, store); err != nil {
		panic(err)
	}
	// Output:
	// attempt 1 lost to SeatTaken at 2, which made [taken] stale
	// attempt 2 appended at 3
}
