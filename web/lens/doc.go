// Package lens looks at a decision before it is taken: what it would read, what it would
// say, and whose command would get in its way. And it looks at decisions that were taken:
// what would have become of them, had their boundaries been drawn another way.
//
// # Decision, not retold
//
// A [Rehearsal] is the log as it is now, which takes appends and stores nothing. A command
// is given to it like to the log itself, so what comes out is the command's own boundary
// and its own verdict ([Rehearsal.Try]); there is no second statement of a rule in here. What
// others are about to do is rehearsed in the same way ([Neighbours]), and whether that would
// be a conflict is asked of the query ([FindMatch]) about the events that they would append.
//
// # Three drawings
//
// A [Drawing] turns the boundary of a decision into another one for the same decision:
//
//   - by type and tag: as it is;
//   - by tag only: whatever happens to the course or to the student is inside;
//   - one stream per course: an aggregate's, without what the student does elsewhere.
//
// A boundary that is too large has false conflicts, which cost a retry each. One that is
// too small misses true ones, and what it misses may break a rule.
//
// # Counted
//
// An append has an [Interval] behind its back: what was stored after its decision had read. The
// log never changes, so it can be told for ever what lay in a gap, and what each drawing
// would have made of it ([Stretch.Tally]). Receipts tell how long intervals really were
// ([IntervalsOf]). And of every subscription in the log it can be asked what would have become
// of it, had its decision read a hundred events earlier ([Stretch.Earlier]).
package lens
