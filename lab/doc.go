// Package lab puts decisions under load, to be watched. It also has strategies that are
// broken on purpose, which show why each part of the correct one is there. Broken code is in
// this package and nowhere else.
//
// # A race
//
// A [Race] says how many contenders want how many seats, how long each thinks between its
// decision and its append, and within what time they start. A [Run] carries it out:
//
//	run, err := lab.NewRun(lab.Race{Contenders: 24, Courses: 1, Seats: 5})
//	result, err := run.Do(ctx, store)
//
// Nothing in it is simulated. Every contender is a goroutine that carries out
// [courses.SubscribeStudent], as the application does for a visitor, on the [dcb.Log] that it
// is given. The time to think is a hook of the decision's [dcb.Trace] that blocks. The ids of
// courses and students contain the id of the run. So a race may take place on the log of the
// application, and never meets what is there. The facts that define its courses and students
// carry the tag of the race ([courses.RaceID]), so that lists can leave them out.
//
// Whatever happens to a contender is a [Step]: it reads, decides, sends its append, is
// rejected and by whose event, waits, is seated. Watchers ([Run.Watch]) see all steps while
// they happen, from the first one on, and no contender waits for a watcher. At the end there
// is a [Result], which counts the seats in the log and not what contenders were told. A
// [Replay] has every step. A [Store] keeps it, and pages send it as JSON.
//
// The course of a race is a course like others: somebody else may take a seat in it, or
// change its capacity. So the result is judged event by event, as of each position of the
// log, and it tells the events of contenders from those of others. To keep visitors out of a
// race, ask [Theatre.UnderWay] before you carry out their commands.
//
// # Strategies
//
// A [Strategy] is a way to read and to append. Each is a file that can be read by itself.
// The first five are broken: event stores have been shipped with each of these mistakes. The
// last one is correct.
//
//   - no_condition.go: the append doesn't say what the decision rests on.
//   - check_without_lock.go: the condition is checked, and then the event is inserted.
//   - or_as_and.go: "the course OR the student" has become "the course AND the student".
//   - read_apart.go: events and position are read in two statements.
//   - stream_per_course.go: the course is guarded, and the student's limit is only checked.
//   - correct.go: package dcb as it is.
//
// Each works on a [Site]: a log in a schema of its own, from which it can't reach the real
// one. A race can take place there, too.
//
// # A burst
//
// A race condition shows up by chance, and less often on a machine that is fast or idle. A
// [Burst] leaves nothing to chance. Every strategy has a [Window], the moment in which it can be
// overtaken. All contenders of a burst wait in the window until the last one has come:
//
//   - For most strategies the window is between decide and append. So all contenders have
//     decided from the same state.
//   - For a check without a lock it is between check and insert.
//   - For events and position read apart it is between these two reads. Here the contenders
//     go on in turn, each when the append of the one before it is committed.
//
// Only the moment is arranged. The statements are real, and so is what they store. The
// correct strategy goes through the same burst.
//
// # How it is counted
//
// A [Comparison] carries out the burst several times under each strategy. [Table] makes a row
// of medians for each:
//
//   - Oversold seats: the subscriptions in the log for which the course had no free seat at
//     that position, over all courses.
//   - Students over their limit: those who had more than ten courses at any position.
//   - False conflicts: appends that were rejected only because of events that the decision
//     does not look at. It would have come out the same. Under every strategy, somebody who
//     takes a seat of the same course is a true conflict.
//   - Decisions a second: of the same contenders in a second burst, as fast as it goes and
//     without waiting in a window. It is what the strategy costs.
//
// A burst is exact if no course is oversold, no student is over the limit, and every
// contender who could have a seat has one.
//
// With n contenders after s seats, no condition, the check without a lock, OR as AND, and
// reading apart each seat all n, which oversells n - s seats, and let the collector into
// fifteen courses. One stream per course sells s seats, and lets the collector in as well.
// It has five false conflicts, one in each quiet course: the new title is in the stream of
// the course. The correct strategy sells s seats, gives the collector ten courses, and has no
// false conflict.
//
// # A guest
//
// A [Guest] is a decision model that is not the application's, such as the one that somebody
// writes in the workshop. It decides in a race whose contenders all meet between decide and
// append. [Guest.Race] takes place on a log, and [Guest.RaceBeside] in a schema of its own,
// where a model that is wrong does no harm. Whether a conflict is false is judged by the
// boundary of the model itself.
//
// # For pages
//
// A [Theatre] runs races and comparisons in the background: one for each visitor at a time,
// and a few for all visitors together. Pages get them from it while they run, and when they
// are over. The texts of the errors [Problems] and [Busy] may be shown to visitors.
package lab
