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

	// A second decision from the same state comes too late.
	again := dcb.NewInputEvent(event.Type, event.Tags, event.Data)
	_, err = store.AppendEvents(ctx, []dcb.InputEvent{again}, query, lastKnownPosition)
	fmt.Println(errors.Is(err, dcb.ErrConflict))
	// Output:
	// 1 <nil>
	// true
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

// happened makes an event part of the log, on no condition. It returns its position.
func happened(ctx context.Context, log dcb.Log, eventType string, tags dcb.Tags, data string) int64 {
	event := dcb.NewInputEvent(eventType, tags, []byte(data))
	position, err := log.AppendAfter(ctx, []dcb.InputEvent{event}, dcb.Query{}, dcb.Checkpoint{})
	if err != nil {
		panic(err)
	}
	return position
}
