// Package aggregate has an event-sourced aggregate on a log without streams, for code that
// has aggregates already.
//
// A [Course] is made of its own events. Its methods check the rules and return new facts. All
// of its events carry one tag, which takes the place of the name of a stream. So an aggregate
// is a boundary that is the same for every command: one projection, whose value is the whole
// object.
//
// [Update] takes the place of a repository: it loads the course, and stores the facts that a
// method returned, if no other fact of the course was stored meanwhile. It needs no version,
// because [dcb.Decide] knows up to which position it read. After a lost race it loads the new
// facts, and calls the method again.
//
// This has a price. Each fact of a course is a conflict for every other command about it. And
// a rule about two things, such as a limit on the courses of a student, does not fit into one
// aggregate. Package domain/courses makes a boundary for each command instead.
package aggregate
