// Package courses is the domain: students subscribe to courses.
//
// It is all rules. Each command has a file that reads from top to bottom: what is
// asked, what the decision has to know, which projections tell it, and the rules
// as the cases of a pure function. The rules deal with no clock, no database and no
// other request: [dcb.Decide] makes sure that what a decision knew is still true when
// its facts are stored.
//
// A rule says no with a [Refusal], whose text is for the person who asked. A refusal is
// final; only a lost race is tried again.
//
// # Courses
//
// A course is defined once ([DefineCourse]). Its id is new and well formed. Its title has
// 1 to 100 characters, at least one of them visible and none of them a control character
// ([ValidText]). It has 1 to 10,000 seats.
//
// It can get another title ([RenameCourse]), by the same rule. Two courses may have the
// same title.
//
// Its capacity can change at any time ([ChangeCapacity]), within the same range. It may
// drop below the seats taken: nobody loses a seat, and nobody gets a new one until there
// is room.
//
// Whoever changes a title or a capacity may say which one they have seen. If there is another
// one by now, the change is refused: nobody overwrites what they have not seen. The same holds
// for the name of a student. What was seen is part of the fingerprint of a request, if it is
// said, and the title, the name and the capacity lie inside the boundary in any case.
//
// It can be archived ([ArchiveCourse]), once and for good. Then its title and its
// capacity stay, it takes no more students, and its waitlist ends. Students who have a
// seat keep it, and may leave. The id stays taken.
//
// An archived course still counts to the ten courses that a student takes. If it did not,
// archiving a course would give room to all its students at once, up to 10,000 of them. Some
// of them may wait for other courses that have a free seat. The decision would have to read
// the waitlists of all these courses, and give the seats away. So the students give the seats
// back themselves, all of them in one decision ([LeaveArchivedCourses]).
//
// # Students
//
// A student is registered once ([RegisterStudent]). The id is new and well formed, and
// the name follows the rule of titles. The name can change ([RenameStudent]).
//
// A student gets a seat in a course ([SubscribeStudent]) when both exist, the course is
// not archived, the student has no seat in it yet, fewer seats are taken than it has,
// the student takes fewer than ten courses, and a seat is left for the student after those
// who have waited longer. The student then waits for it no longer.
//
// A student who has a seat may give it back ([UnsubscribeStudent]). That frees both
// sides, and the same student may come back later.
//
// A student may swap a seat for one in another course ([SwapSeats]): the seat is given back
// only if the student gets the other one. For the other course the rules are those of
// [SubscribeStudent], except one: the number of courses stays, so a student with ten may swap.
// The course that is left may be archived. Whoever is refused keeps the seat.
//
// A student may leave altogether ([LeaveAltogether]): all seats and all places on waitlists
// are given back in one decision. It is refused if the student has neither.
//
// # Forgetting a student
//
// A student's name is sealed before a command carries it ([SealName]), with a key of the
// student's own; see package sealed. A student is forgotten ([ForgetStudent]) by deleting
// that key: nobody can read the name any more. The log stays as it is, with the id of the
// student and all that the student did.
//
// Only a student without a seat and without a place on a waitlist can be forgotten, and
// only once. A student who ever had a name in plain text can't be, because the log never
// changes; older versions stored such names, and the sample term has them. A forgotten
// student does nothing any more, and the id stays taken. So an id should not tell a name.
//
// # The waitlist
//
// A student joins the waitlist of a course ([JoinWaitlist]) when both exist, the course
// is not archived, the student neither has a seat in it nor waits for it, no seat is left after
// those who wait, and fewer than fifty students wait. A student with ten courses may wait too.
//
// A student may leave the waitlist ([LeaveWaitlist]). One who joins again starts at its
// end.
//
// Those in line come first. No decision leaves a free seat beside a student who waits for it
// and takes fewer than ten courses. One pure function gives the seats away for all commands
// (giveSeats, in promotion.go): the student who has waited longest and has room gets the seat,
// in the same append as the fact that frees it or gives the room.
//
//   - Seats become free when a student leaves ([UnsubscribeStudent], [SwapSeats],
//     [LeaveAltogether]) and when seats are added ([ChangeCapacity]); two seats go to two
//     students. In a course that shrank below the seats taken, a student who leaves frees no
//     seat until fewer seats are taken than it has.
//   - A student gains room by leaving a course ([UnsubscribeStudent], [LeaveArchivedCourses]).
//     If a seat is free in a course that the student waits for, the student gets it.
//
// A student with ten courses is passed over and keeps the place. If nobody on the waitlist has
// room, the seat stays free, and whoever asks for it first gets it ([SubscribeStudent]). A
// student who waits for several courses and has room for one gets the seat that the student has
// waited for longest.
//
// Older versions gave no seat to a student who gained room, so an old log may have free seats
// beside students who wait and have room. [SubscribeStudent], [SwapSeats] and [JoinWaitlist]
// look for that: these students get their seats in the same decision. If no seat is left then,
// whoever asks for one is refused, and may join the waitlist.
//
// # A request is carried out once
//
// A command may carry the key of the request that it comes from ([RequestID]). However
// often the request arrives, in whichever process and at the same moment, it is carried
// out once. All facts of the command carry the key as a tag. The first one also carries a
// fingerprint of what was asked ([Asked]), because two commands may have the same facts.
// The command looks for the key inside its boundary, like for all else that it has to
// know:
//
//   - If the request was carried out and asked for the same, there is nothing left to do.
//     That is not a refusal.
//   - If it asked for anything else, another command or other content, it is refused.
//   - If it was refused, nothing was stored, so it is decided again: a seat may have
//     become free meanwhile.
//
// Facts of older versions have the key and no fingerprint. Such a request counts as
// carried out, whatever it asks for.
//
// A command without a key is decided each time.
//
// # Facts
//
// What happened is kept as facts: [CourseDefined], [CourseRenamed],
// [CourseCapacityChanged], [CourseArchived], [StudentRegistered], [StudentRenamed],
// [StudentForgotten], [StudentSubscribedToCourse], [StudentUnsubscribedFromCourse],
// [StudentJoinedWaitlist] and [StudentLeftWaitlist]. Each carries the tag of every course
// and student that it is about, which is all that the boundaries of later decisions need.
// A fact that follows from another one of the same decision names it as its cause: a
// promotion names the seat that was given back.
//
// Who asked for a decision is noted with its events, beside their cause and their request
// ([Actor]). Lena who leaves and the registrar who removes Lena have the same fact. No rule
// looks at the difference.
//
// Facts stay as they were stored, and are read as what they mean today: a course that
// was defined with a name and a maximum of students has a title and a capacity
// ([CourseDefined.UnmarshalJSON]). Fields and types that only newer versions know are
// ignored.
//
// # Reading
//
// Decisions read the log, through the projections of this package. Pages do not: they
// read tables that package readmodel makes of the same facts, decoded by [Decode].
package courses
