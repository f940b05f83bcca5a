// Package dcb keeps events in PostgreSQL and lets decisions be right under any
// concurrency, without aggregates: a Dynamic Consistency Boundary (https://dcb.events).
//
// # Events, tags, queries
//
// There is one log. An [Event] has a type, data, and tags that name everything it is
// about: the event "a student took a seat in a course" carries a tag of the
// student and a tag of the course, and belongs to both.
//
// A [Query] selects events. Within one item, tags narrow and types widen; items
// widen each other:
//
//	course := dcb.NewQuery(dcb.NewTags("course_id", "c1"))
//	student := dcb.NewQuery(dcb.NewTags("student_id", "s1"))
//	course.Or(student) // the events about the course or about the student
//
// # The append condition
//
// A decision reads events first, and must not act on a state that is no longer true. So an
// append states what was read: a query, and the position up to which it was read. If an
// event that the query matches was stored after that position, nothing is appended, and the
// error matches [ErrConflict]. Events outside the query do not matter, so decisions that have
// nothing in common never conflict:
//
//	position, state, err := store.ReadState(ctx, query, reducer)
//	// … decide from the state …
//	_, err = store.AppendEvents(ctx, events, query, position)
//
// # Decisions
//
// [Decide] is that pattern with its retries, and with types. A [Fact] is an event
// as a struct. A [Projection] computes one value from the facts that carry
// certain tags, and its query follows from its handlers. A [Boundary] is the list of
// projections that a decision rests on; it gives the query of the append:
//
//	dcb.Decide(ctx, store,
//		func(s *state) dcb.Boundary { … }, // what it looks at
//		func(s state) ([]dcb.Fact, error) { … }) // what follows, or a refusal
//
// A conflict is a lost race: Decide folds the new events into the state and decides again. A
// [Store] lets it do so on the spot, while the log is locked for the append. A refusal is a rule
// saying no; it is final. Any other error, such as an event that can't be
// decoded, ends the decision, too. A [Trace] in the context watches each step.
//
// [DecideValue] is for a decision that returns something. A part of a boundary may ask for
// the last event only ([Latest]), or for any of many tags ([ProjectAny]).
//
// # Time
//
// decide does not ask the clock. The time is an argument of the command, and a deadline is
// best a fact that says when. So a decision that is taken again comes to the same answer.
// [Event.RecordedAt] is the database's clock at the append; a handler made by [OnEvent] gets
// it, with everything else that an event carries beside its fact.
//
// # Following the log
//
// [Store.Read] streams what is stored, in either direction, and [Store.Find] returns
// single events by their IDs. [Store.Tail] yields the stored events and then those that are
// appended, each event once, across lost connections, with the [Checkpoint] to go on from
// after a restart. A notification wakes it at each commit; if none arrives, it reads
// once a second:
//
//	for progress, err := range store.Tail(ctx, query, checkpoint) { … }
//
// # Consumers
//
// A program that handles the events has to remember how far it has come, and must not handle
// an event twice. [Store.Follow] does both for a [Consumer] that has a name: it hands over the
// events in a transaction, and moves the consumer's place in the same one. Several processes may
// run it; one is active, and another takes over when that one ends:
//
//	err := store.Follow(ctx, dcb.Consumer{Name: "members", Query: query, Handle: handle})
//
// An event that can't be handled ends the consumer, or is parked, see [Consumer].Park.
// [Store.Place] tells how far a consumer has come, and [Store.WaitFor] waits for it, in any
// process. The tables are in 0015_dcb_consumer.sql of package dcbschema; only consumers need
// them.
//
// # Together with other tables
//
// [Store.InTx] is the log inside a transaction of the caller. Any decision can be taken
// there, and its events are stored together with the other changes of the transaction. It has
// its price: from that append until the commit no other append succeeds.
//
// Package sealed uses it to forget a person. Events never change, so what they say about the
// person is encrypted. The key is deleted in the transaction that appends the event which says so.
//
// # What may be relied on
//
//   - An append is atomic: all of its events are stored or none.
//   - Positions are 1, 2, 3 and so on, without gaps, in the order of commits. A reader who
//     sees a position sees all before it. So a reader that goes on from the last
//     position it saw misses nothing.
//   - A read is one snapshot: events and position belong together.
//   - An append that failed stored nothing, unless its error matches [ErrUnknownOutcome].
//     Sent again with the same IDs, it is stored once and has the first outcome.
//   - A position beyond the end of the log is an error ([ErrBeyondHead]), and never an
//     empty condition.
//   - A log that lost its end to a restore or a failover, and has grown again, is not taken
//     for the one that was read ([ErrOtherHistory]): a [Checkpoint] says which event stands
//     at its position. Decide starts over by itself. [Store.AppendEvents] takes a position
//     alone, which can't tell that; [Store.AppendAfter] takes a checkpoint.
//   - Arguments are copied, and the caller may keep and change all results.
//   - All of that holds between any number of goroutines, stores and processes on
//     one database, whatever its default isolation level.
//
// PostgreSQL has to have synchronous_commit on, as it has by default. Otherwise a crash may take
// back events that were acknowledged, and that a reader has seen.
//
// # A tour of the code
//
// The idea names no database, and works with any [Log]. Read it in this order:
//
//   - event.go, fact.go, query.go: an event, a fact, and which events a query matches.
//   - projection.go, boundary.go: from events to the state of a decision.
//   - log.go, checkpoint.go: reading and appending, and how to know a log again.
//   - decide.go, view.go: read, decide, append, and again. trace.go watches.
//
// PostgreSQL comes next:
//
//   - append.go: the four statements of an append, and why they are in that order.
//   - read.sql and append.sql: the check, which is also the read, and the insert.
//   - request.go, batch.go, commit.go, judge.go: an append waits, shares a transaction with
//     others, and is judged.
//   - repetition.go, confirm.go: whether an append was stored after a lost connection.
//   - reader.go, read.go: reading page by page.
//   - tail.go, notify.go: following the log.
//   - consumer.go, follow.go: following it with a place in the database.
//
// Everything else makes it faster, and stands behind one door: speed.go. The package works
// without it.
package dcb
