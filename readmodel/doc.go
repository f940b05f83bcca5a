// Package readmodel makes tables for pages out of the log: courses, students, seats
// and waitlists, as of a position that it remembers.
//
// Pages that show what is true now read these tables, and decisions never do: they read
// the log, inside their boundary. So the tables may be late, and may be deleted and made
// again.
//
// # Following the log
//
// [Model.Project] follows the log and applies its events to the tables, stretch by
// stretch. A stretch ends where an append ends, so pages never show a part of an append.
// Every process that serves pages runs Project, and one of them does the work: Project is
// a [dcb.Consumer].
//
// The rows, the checkpoint that says how far the tables have come, and the position of
// the consumer change in one transaction. So an interrupted step has happened as a whole
// or not at all, and each event counts once.
//
// # Sealed names
//
// In the log, students' names are sealed. The tables hold them in plain text, because
// search has to read them. While a transaction writes a name, nobody can delete its key;
// and [Model.Forget] clears the name in the transaction that deletes the key.
//
// # Asking
//
// A page collects its [Questions], each with the variable for its answer. [Model.Ask]
// answers all of them in one round trip, as of one moment. [Term.Lag] says how many
// events of the log are not in the answers yet. Visitors want to see their own actions
// at once: [Model.Await] waits until the tables have them, whichever process projects.
//
// # Asking about the past
//
// [Past.Ask] answers the same questions as of an earlier end of the log; see [AsOf]. The
// tables don't know the past, so it makes each answer of the events in the log, with the
// code that fills the tables.
//
// # Rebuilding
//
// [Model.Rebuild] fills a second generation of the tables from the start of the log while
// the first one serves, and then swaps the two. Use it when a new version of the program
// reads old events in another way. It makes missing tables first. If the tables are there
// and empty, [Model.Project] calls it.
package readmodel
