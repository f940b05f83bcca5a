// Package dcb keeps events in PostgreSQL and lets decisions be right under any
// concurrency, without aggregates: a Dynamic Consistency Boundary (https://dcb.events).
//
// # Events, tags, queries
//
// There is one log. An [Event] has a type, data, and tags that name all it is
// about: one event "a student took a seat in a course" carries the tag of the
// student and that of the course, and belongs to both.
//
// A [Query] selects events. Within one item, tags narrow and types widen; items
// widen each other:
//
//	course := dcb.NewQuery(dcb.NewTags("course_id", "c1"))
//	student := dcb.NewQuery(dcb.NewTags("student_id", "s1"))
//	course.Or(student) // all that is about the course or about the student
//
// # The append condition
//
// Whoever decides something reads events first, and must not act on what is no
// longer true. So an append states what was read: a query, and the position up to
// which it was read. If an event that the query matches was stored after that
// position, nothing is appended, and the error matches [ErrConflict]. Events
// outside the query do not matter, so strangers never get into each other's way:
//
//	position, state, err := store.ReadState(ctx, query, reducer)
//	// … decide from the state …
//	_, err = store.AppendEvents(ctx, events, query, position)
//
// # Decisions
//
// [Decide] is that pattern with its retries, and with types. A [Fact] is an event
// as a struct. A [Projection] computes one value from the facts that carry
// certain tags, and its query follows from its handlers. A [Boundary] is the
// projections that a decision rests on, and so the query of its append:
//
//	dcb.Decide(ctx, store,
//		func(s *state) dcb.Boundary { … }, // what it looks at
//		func(s state) ([]dcb.Fact, error) { … }) // what follows, or a refusal
//
// A conflict is a lost race; Decide takes in what is new and decides again, with a
// [Store] on the spot, while the log is locked for the append. A refusal is a rule
// saying no; it is final. An error that is neither, such as an event that can't be
// decoded, ends the decision, too. A [Trace] in the context watches each step.
//
// [DecideValue] is for a decision that returns something. A part of a boundary may ask for
// the last event only ([Latest]), or for any of many tags ([ProjectAny]).
//
// # Time
//
// decide does not ask the clock. What time it is comes as an argument of the command, and
// what runs out is best a fact that says when. So a decision that is taken again comes to
// the same answer. [Event.RecordedAt] is the database's clock at the append; a handler made
// by [OnEvent] gets it, with all else that an event carries beside its fact.
//
// # Following the log
//
// [Store.Read] streams what is stored, in either direction, and [Store.Find] returns
// single events by their IDs. [Store.Tail] goes on from what is stored: it yields what is
// appended, each event once, across lost connections, with the [Checkpoint] to go on from
// after a restart. A notification wakes it at each commit; where none arrives, it looks
// once a second:
//
//	for progress, err := range store.Tail(ctx, query, checkpoint) { … }
//
// # Consumers
//
// Whoever makes something of the events has to remember how far it has come, and to handle no
// event twice. [Store.Follow] does both for a [Consumer] that has a name: it hands over the
// events in a transaction, and moves the consumer's place in the same one. Several processes may
// run it; one works, and another takes over when that ends:
//
//	err := store.Follow(ctx, dcb.Consumer{Name: "members", Query: query, Handle: handle})
//
// An event that can't be handled ends the consumer, or is parked, see [Consumer].Park.
// [Store.Place] tells how far a consumer has come, and [Store.WaitFor] waits for it, in any
// process. Its tables are in 0015_dcb_consumer.sql of package dcbschema; a store that nobody
// follows in this way does without them.
//
// # Together with other tables
//
// [Store.InTx] is the log inside a transaction of the caller's. Any decision can be taken
// there, and its events are stored together with what else the transaction changes. It has
// its price: nobody else appends from then until the commit.
//
// Package sealed forgets a person so: events never change, and a key that is thrown away
// together with the event that says so makes unreadable what they say about the person.
//
// # What may be relied on
//
//   - An append is atomic: all of its events are stored or none.
//   - Positions are 1, 2, 3 and so on, without gaps, in the order of commits. Who has
//     seen a position has seen all before it, so a reader that goes on from the last
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
//   - What is handed in is copied, and what is returned is the caller's own.
//   - All of that holds between any number of goroutines, stores and processes on
//     one database, whatever its default isolation level.
//
// It takes PostgreSQL with synchronous_commit on, as it is by default: without it, a
// crash may take back what was acknowledged, and what a reader has seen.
//
// append.go says why; append.sql and read.sql (and its mirror, read_backwards.sql)
// are nearly all the SQL there is. event.go, query.go, projection.go, boundary.go and
// decide.go are the idea, and work with any [Log]. What makes decisions on a [Store] fast
// is in three files: one_trip.go, so that an append is one round trip if nobody is in its
// way; spot.go, so that a lost race costs none; and shared.go, so that decisions read
// together.
package dcb
