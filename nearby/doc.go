// Package nearby reads from standbys, and promises that a reader never sees less than before: a
// standby is read only when it has what the reader has seen and done.
//
// # Places
//
// A [Place] is a place in the write-ahead log of the servers. All that was committed before it is
// there: events, the read model, receipts, and everything else in the database. A position of the
// event log would not do, because a receipt is kept a moment after its events.
//
// # Choosing
//
// [Standbys.Choose] returns a context that names where its reads go. It takes a standby that has
// reached a place. If none has, it waits for [Patience] at most, and then takes the primary. Stores
// that may read from standbys ask [Pool] and [Log] for the database of a context. Without a
// choice in the context that is the primary, so whatever writes or decides stays there.
//
// A read on a standby may fail although all is well: replay wins over a query that is in
// its way, with SQLSTATE 40001. Whoever chooses tries such a read again with [OnPrimary].
//
// # Standbys that are not used
//
// One goroutine for each standby asks how far it is. A standby is not used while it does not answer,
// accepts writes, belongs to another database, has another history, or is more than [LongestLag]
// behind. Reads go to the primary then. The logger is told when that begins and when it ends, and
// not for each read.
//
// # The order of commits
//
// PostgreSQL does not promise that a standby shows transactions in the order in which they became
// visible on the primary: that order is the one of the commit records. Events are appended under a
// lock that is released after the commit is visible, so both orders are the same for them. Every
// read of the log on a standby is a prefix of the log on the primary.
package nearby
