// Package lab is where decisions are put under load to be looked at, and where
// strategies are broken on purpose to see why each part of the correct one is there.
// Broken code lives in this package and nowhere else.
//
// # A race
//
// A [Race] says how many contenders want how many seats, how long they think between
// deciding and appending, and over what time they set off. A [Run] carries it out:
//
//	run, err := lab.NewRun(lab.Race{Contenders: 24, Courses: 1, Seats: 5})
//	result, err := run.Do(ctx, store)
//
// Nothing in it is simulated. Every contender is a goroutine that carries out
// [courses.SubscribeStudent], as the application does for a visitor, on whatever
// [dcb.Log] it is given. The time to think is a hook of the decision's [dcb.Trace]
// that blocks. Courses and students have ids made of the run's, so a race may take place
// on the log of the application and never meets what is there. The facts that make them
// carry the tag of the race ([courses.RaceID]), so that lists can leave them out.
//
// What happens to each contender is kept as a [Step]: read, decided, sent, turned away
// and by whose event, waited, seated. Any number may watch them ([Run.Watch]) while they
// are taken, from the first one on, and nobody waits for who watches. When all is over
// there is a [Result], whose seats are counted in the log and not by what contenders
// were told, and a [Replay] with every step, to be kept in a [Store] and sent as JSON.
//
// The course of a race is a course like others, so somebody else may take a seat in it or
// change its capacity. The result is judged event by event along the log, as of each
// position, and tells the contenders' events from those of others. Whoever carries out
// commands for visitors asks [Theatre.UnderWay] first, and keeps them away from a race.
//
// # Strategies
//
// A [Strategy] is a way to read and to append, and each is a file that can be read by
// itself. Five are broken, in ways in which event stores were shipped, and say how:
//
//   - no_condition.go: the append doesn't say what the decision was made from.
//   - check_without_lock.go: the condition is checked, and then the event is inserted.
//   - or_as_and.go: "the course OR the student" has become "the course AND the student".
//   - read_apart.go: events and position are read in two statements.
//   - stream_per_course.go: the course is guarded, and the student's limit only checked.
//   - correct.go: package dcb as it is.
//
// Each works on a [Site], a log in a schema of its own, from which it can't reach the
// real one. A race can take place there too, to see its lanes.
//
// # Broken for certain
//
// A race condition shows when it likes, and less often on a machine that is faster or
// idle. A [Burst] leaves nothing to that: all its contenders meet in the gap of the
// strategy ([Gap]), and none goes on before the last one has come. For most that is
// between decide and append, so all have decided from the same state; for a check
// without a lock it is between its check and its insert; for events and position read
// apart it is between the two, where they then go on in turn, each when the append of
// the one before is committed. The statements are real, and so is what is stored; only
// the moment is arranged. The correct strategy has to cope with the same.
//
// # How it is counted
//
// A [Comparison] runs the burst several times under each strategy, and [Table] makes
// rows of medians:
//
//   - Oversold seats: over all courses, the subscriptions in the log for which the course
//     had no seat free at that position.
//   - Students over their limit: those with more than ten courses at any position.
//   - False conflicts: appends turned away by nothing but events that the decision did
//     not look at, by its own boundary. It would have come out the same. A conflict with
//     somebody who took a seat of the same course is none of them, under any strategy.
//   - Decisions a second: of the same lineup in a second burst without the meeting, as
//     fast as it goes. It is what the strategy costs.
//
// A burst is exact when no course is oversold, no student is over the limit, and nobody
// was turned away who could have been seated.
//
// With n contenders after s seats, no condition, the check without a lock, OR as AND and
// reading apart each seat all n and oversell n - s, and let the collector into fifteen
// courses. One stream per course sells s and lets the collector in as well; the five
// quiet courses are a false conflict each, since their new titles are in their streams.
// The correct one sells s seats, gives the collector ten courses, and turns nobody away
// by a false conflict.
//
// # For pages
//
// A [Theatre] runs races and comparisons in the background, one per visitor and a few
// for all, hands them to those who watch, and keeps what is over. [Problems] and [Busy]
// are the errors whose texts may be shown.
package lab
