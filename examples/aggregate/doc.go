// Package aggregate has an event-sourced aggregate on a log without streams, for code that is built
// of aggregates already.
//
// A [Course] is made of its own events. Its methods check the rules, and return what happens to it.
// All of its events carry one tag, which is what the name of a stream is elsewhere. So an
// aggregate is a boundary that is the same for every command: one projection, whose value is the
// whole object.
//
// [Update] does what a repository does: it loads the course, and stores what a method returned, on
// the condition that its history is still the one that was loaded. There is no version to be kept,
// since [dcb.Decide] knows up to where it read. After a lost race the course is loaded up to date,
// and the method is called again.
//
// The price of it shows in the conflicts. Whatever happens to a course is a conflict for whatever
// else is done with it. And a rule about two things, such as a limit on the courses of a
// student, does not fit into one aggregate. Package domain/courses makes a boundary for each command
// instead.
package aggregate
