// Package lens looks at a decision before it is taken: what it would read, what it would
// say, and whose command would conflict with it. It also looks back at decisions that were
// taken: which of them would have conflicted if their boundaries were drawn another way.
//
// # The pages
//
// [Pages.OfCourse] is the page on what subscribing to a course will read, for one student.
// It rehearses the decision, draws the log with the boundary on it, and says how the decision
// would end. The visitor draws the boundary by hand, and puts on the log what somebody else could
// do first. The page counts past conflicts, too. [Pages.OfStudent] asks for the course first, and leads there. If the
// address names a course to give back, the page is on that swap: two courses and the student
// are one boundary, which one stream per course can't hold.
//
// # The rehearsal
//
// A [Rehearsal] is the log as it is now. It accepts appends and stores nothing. A command is
// decided on it as on the log itself ([Rehearsal.Try]), so its boundary and its result are
// the command's own: no rule is written a second time here. What others are about to do is
// rehearsed in the same way ([Surroundings.Neighbours]). Their events conflict with the
// decision if its query matches one of them ([FindMatch]).
//
// # Drawings
//
// A [Drawing] turns the boundary of a decision into another one for the same decision:
//
//   - by type and tag: as it is;
//   - by tag only: whatever happens to the course or to the student is inside;
//   - one stream per course: an aggregate's, without what the student does elsewhere.
//
// By hand, each type of events under each of the boundary's tags is a switch. A drawing is one
// setting of all switches, and the exact boundary is the one that the decision states. An address
// names a drawing, and the switches that are turned from there.
//
// A boundary that is too large has false conflicts, which cost a retry each. A boundary that
// is too small misses true conflicts, and a missed conflict may break a rule.
//
// # The count
//
// Between the read of a decision and its append lies an [Interval] of the log. The log never
// changes, so we can say of every past append which events were in its interval, and what
// each drawing would have made of them ([Stretch.Tally]). Receipts tell how long intervals
// really were ([IntervalsOf]). And every subscription in the log can be judged as if its
// decision had read a hundred events earlier ([Stretch.Earlier]).
package lens
