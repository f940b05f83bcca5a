// Package readmodel makes tables for pages out of the log: courses, students, seats
// and waitlists, as of a position that it remembers.
//
// Decisions read the log, inside their boundary, and never these tables. Pages of now read
// these tables, and never the whole log. So the tables may be late, and may be thrown
// away and made again: what is true stands in the log.
//
// # Following the log
//
// [Model.Project] follows the log and takes it into the tables, stretch by stretch. A
// stretch ends where an append ends, so pages never show a part of one. Every process that
// serves pages runs it, and one of them does the work: it is a [dcb.Consumer].
//
// The rows, their checkpoint, which says how far they have come, and the place of the consumer
// change in one transaction. So whatever is interrupted has happened or not, and whoever goes
// on goes on from there: each event counts once.
//
// # Names that are sealed
//
// The log has students' names sealed, and search has to read them. So the tables have them
// opened. While a transaction fills them in, nobody can throw away the keys that it uses; and
// [Model.Forget] clears them in the transaction that throws a key away.
//
// # Looking
//
// A page collects its [Questions], each with the variable that the answer is stored in.
// [Model.Ask] answers all of them in one round trip, as of one moment. [Term.Lag] says how
// many events of the log are not in the answers yet. After an action of their own visitors
// want to see it: [Model.Await] waits for that, whichever process projects.
//
// # Looking back
//
// [Past.Ask] answers the same questions as of an earlier end of the log; see [AsOf]. The
// tables have forgotten that, and the log has not: each answer is made of the events that it
// takes, by the code that fills the tables.
//
// # Making it again
//
// [Model.Rebuild] fills a second generation of the tables from the start of the log
// while the first one serves, and then swaps them. It is what to do when a new version
// of the program makes something else of events that were projected long ago. If tables
// are missing, it makes them first; if they are only empty, [Model.Project] calls it.
package readmodel
