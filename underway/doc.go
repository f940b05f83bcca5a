// Package underway lets processes on one database see what one of them carries out: races and
// comparisons that run, and decisions that are held. The process that carries it out shows a record every so often, and
// any other process finds the latest. A visitor of another process leaves a wish there, which the
// first process takes and grants.
//
// All of it is a table of the database, so it works between machines and behind poolers. If the
// process is killed, others are told so after [Silent]: [ErrBrokeOff]. Nobody else carries on what
// it did. What it had not appended by then never happened.
package underway
