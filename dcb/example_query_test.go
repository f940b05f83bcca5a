package dcb_test

import (
	"fmt"

	"go-crablet/dcb"
)

// Within one item tags narrow: an event has to carry all of them. Types widen: it has
// to have one of them.
func ExampleNewQuery() {
	seats := dcb.NewQuery(dcb.NewTags("course_id", "c1"), "StudentSubscribed", "StudentUnsubscribed")

	adaInC1 := dcb.NewTags("student_id", "ada", "course_id", "c1")
	fmt.Println(seats.Matches(dcb.Event{Type: "StudentSubscribed", Tags: adaInC1}))
	fmt.Println(seats.Matches(dcb.Event{Type: "StudentUnsubscribed", Tags: adaInC1}))
	fmt.Println(seats.Matches(dcb.Event{Type: "CourseRenamed", Tags: dcb.NewTags("course_id", "c1")}))
	fmt.Println(seats.Matches(dcb.Event{Type: "StudentSubscribed", Tags: dcb.NewTags("course_id", "c2")}))
	// Output:
	// true
	// true
	// false
	// false
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
		fmt.Println(boundary.Matches(dcb.Event{Type: "StudentSubscribed", Tags: tags}))
	}
	// Output:
	// true
	// true
	// false
}

// All events are asked for by name. The zero query is the opposite: it matches
// nothing, so an append under it is on no condition.
func ExampleAllEvents() {
	something := dcb.Event{Type: "CourseDefined"}
	var nothing dcb.Query
	fmt.Println(dcb.AllEvents().Matches(something), dcb.AllEvents().IsZero())
	fmt.Println(nothing.Matches(something), nothing.IsZero())
	// Output:
	// true false
	// false true
}

// A query that was kept as its items, as JSON say, is made again.
func ExampleQueryOf() {
	course := dcb.NewTags("course_id", "c1")
	again := dcb.QueryOf(dcb.NewQuery(course, "StudentSubscribed").Items()...)
	fmt.Println(again.Matches(dcb.Event{Type: "StudentSubscribed", Tags: course}))
	// Output: true
}

// What a query consists of, for those who show it or send it elsewhere.
func ExampleQuery_Items() {
	query := dcb.NewQuery(dcb.NewTags("course_id", "c1"), "CourseDefined", "CourseRenamed").
		Or(dcb.NewQuery(dcb.NewTags("student_id", "s1")))
	for _, item := range query.Items() {
		fmt.Println(item.Tags, item.Types)
	}
	// Output:
	// [course_id:c1] [CourseDefined CourseRenamed]
	// [student_id:s1] []
}

// A query that comes from outside can be looked at before it is used. A read or an
// append would refuse it too.
func ExampleQuery_Check() {
	fmt.Println(dcb.NewQuery(dcb.Tags{"course_id:c1"}).Check())
	fmt.Println(dcb.NewQuery(dcb.Tags{"course_id:c1", ""}).Check())
	fmt.Println(dcb.NewQuery(nil).Check())
	// Output:
	// <nil>
	// the query's tag "" is empty
	// a query item names neither a type nor a tag; ask for every event with AllEvents()
}
