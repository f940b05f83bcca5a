package dcb_test

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/dcb"
)

// A tag names what an event is about. One event may be about several things.
func ExampleNewTags() {
	tags := dcb.NewTags("student_id", "s1", "course_id", "c1")
	fmt.Println(tags[0], tags[1], len(tags))
	// Output: student_id:s1 course_id:c1 2
}

// An event has its ID before it is sent. So a caller who does not learn the outcome of an
// append may send it again: it is stored once, and has its first outcome.
func ExampleNewInputEvent() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	paid := dcb.NewInputEvent("InvoicePaid", dcb.NewTags("invoice", "7"), []byte(`{"amount":120}`))

	for range 2 {
		position, err := store.AppendEvents(ctx, []dcb.InputEvent{paid}, dcb.Query{}, 0)
		fmt.Println(position, err)
	}
	head, err := store.Head(ctx)
	fmt.Println("the log ends at", head.Position, err)
	// Output:
	// 1 <nil>
	// 1 <nil>
	// the log ends at 1 <nil>
}

// An ID of a caller's own makes its request repeatable too: a form that carries it
// can be sent twice.
func ExampleNewID() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	form := dcb.InputEvent{ID: dcb.NewID(), Type: "CommentPosted", Data: []byte(`{"text":"first!"}`)}

	for range 2 {
		position, err := store.AppendEvents(ctx, []dcb.InputEvent{form}, dcb.Query{}, 0)
		fmt.Println(position, err)
	}
	form.Data = []byte(`{"text":"something else"}`)
	_, err := store.AppendEvents(ctx, []dcb.InputEvent{form}, dcb.Query{}, 0)
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// 1 <nil>
	// append events: the ID of one of the events is taken by another event
}

// Events that belong to one request share its ID, and an event that answers to
// another one names it. No function in between has to know.
func ExampleWithCorrelationID() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()

	ctx = dcb.WithCorrelationID(ctx, "request 7f3a")
	happened(ctx, store, "OrderPlaced", dcb.NewTags("order", "1"), `{}`)

	for placed, err := range store.Read(ctx, dcb.NewQuery(nil, "OrderPlaced"), dcb.ReadOptions{}) {
		if err != nil {
			panic(err)
		}
		because := dcb.WithCausationID(ctx, placed.ID)
		fmt.Println(dcb.CorrelationID(because), dcb.CausationID(because) == placed.ID)
		happened(because, store, "InvoiceSent", dcb.NewTags("order", "1"), `{}`)
	}
	for e, err := range store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{}) {
		fmt.Println(e.Type, "of", e.CorrelationID, "has a cause:", e.CausationID != "", err)
	}
	// Output:
	// request 7f3a true
	// OrderPlaced of request 7f3a has a cause: false <nil>
	// InvoiceSent of request 7f3a has a cause: true <nil>
}

// The text of an InputError is for the caller who chose the arguments. Trying again does not help.
func ExampleInputError() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	event := dcb.NewInputEvent("CourseDefined", dcb.Tags{""}, []byte(`{}`))

	_, err := store.AppendEvents(ctx, []dcb.InputEvent{event}, dcb.Query{}, 0)
	if input, ok := errors.AsType[dcb.InputError](err); ok {
		fmt.Println("400 Bad Request:", input)
	}
	// Output: 400 Bad Request: event 1 of 1: its tag "" is empty
}

// A log of another kind, such as one in memory for tests, refuses what a [dcb.Store]
// refuses.
func ExampleCheckAppend() {
	ctx := context.Background()
	event := dcb.NewInputEvent("CourseDefined", nil, []byte(`{"seats":`))
	fmt.Println(dcb.CheckAppend(ctx, []dcb.InputEvent{event}, dcb.Query{}, dcb.Checkpoint{}))
	fmt.Println(dcb.CheckAppend(ctx, nil, dcb.Query{}, dcb.Checkpoint{}))
	// Output:
	// event 1 of 1: its data is not JSON in UTF-8
	// there are no events to append
}

// Before somebody is told that a request was carried out already, make sure that no
// failover can take that back.
func ExampleStore_Confirm() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	paid := dcb.NewInputEvent("InvoicePaid", dcb.NewTags("invoice", "7"), []byte(`{"amount":120}`))
	if _, err := store.AppendEvents(ctx, []dcb.InputEvent{paid}, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	found, err := store.Find(ctx, paid.ID)
	if err == nil {
		err = store.Confirm(ctx)
	}
	fmt.Println(len(found), err)
	// Output:
	// 1 <nil>
}

// Who asked for something is no part of the rules, and worth knowing all the same.
func ExampleWithMetadata() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	ctx = dcb.WithMetadata(ctx, "by", "the registrar")
	removed := dcb.NewInputEvent("StudentRemoved", dcb.NewTags("student_id", "s1"), []byte(`{}`))
	if _, err := store.AppendEvents(ctx, []dcb.InputEvent{removed}, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	for e, err := range store.Read(context.Background(), dcb.AllEvents(), dcb.ReadOptions{}) {
		fmt.Println(e.Type, "by", e.Metadata["by"], err)
	}
	fmt.Println(dcb.Metadata(ctx))
	// Output:
	// StudentRemoved by the registrar <nil>
	// map[by:the registrar]
}
