// Package courses is the domain: students subscribe to courses.
//
// It is all rules. Each command has a file that reads from top to bottom: what is
// asked, what the decision has to know, which projections tell it, and the rules
// as the cases of a pure function. No rule depends on what the clock, the
// database or another request does meanwhile: [dcb.Decide] sees to it that what a
// decision knew is still true when its facts are stored.
//
// A rule that says no does so with a [Refusal], whose text is for the person who
// asked. A refusal is final; only a lost race is tried again.
//
// # Courses
//
// A course is defined once ([DefineCourse]): its id is new and well formed, its
// title has 1 to 100 characters, some of them visible and none that control the text
// around it ([ValidText]), and it has 1 to 10,000 seats.
//
// It can be called something else ([RenameCourse]): by another title than the one it
// has, which keeps the same rule. Two courses may have one title.
//
// Its capacity can change at any time ([ChangeCapacity]), to another number in the
// same range. It may drop below the seats taken: nobody loses a seat, and nobody
// new gets one until there is room.
//
// It can be archived ([ArchiveCourse]), once and for good. From then on it keeps its
// title and its capacity and takes no students; who waited for it waits no longer. Who
// has a seat keeps it, and may leave. Its id stays taken.
//
// # Students
//
// A student is registered once ([RegisterStudent]): the id is new and well formed,
// and the name keeps the same rule as a title. It can change into another one
// ([RenameStudent]).
//
// A student gets a seat in a course ([SubscribeStudent]) when both exist, the course is
// not archived, the student has no seat in it yet, fewer seats are taken than it has,
// and the student has fewer than ten courses. Who waited for the seat waits no longer.
//
// A student gives a seat back ([UnsubscribeStudent]) who has one. That frees both
// sides, and the same student may come back later.
//
// # Forgetting a student
//
// A student's name is sealed before a command carries it ([SealName]), with a key that the
// student alone has; see package sealed. [ForgetStudent], together with the end of that
// key, lets nobody know any more what the student was called. The log stays as it is, and
// so do the id and all that the student did.
//
// A student is forgotten once, when no seat and no place on a waitlist is left. One who
// ever had a name in plain text can't be: older versions stored names so, the sample term
// does, and what is in the log stays. A forgotten student does nothing any more, and the id
// stays taken. So an id is best not made of the name.
//
// # The waitlist
//
// A student waits for a course ([JoinWaitlist]) when both exist, the course is not
// archived and has no free seat, the student has no seat in it and does not wait for it
// already, and fewer than fifty students do. A student with ten courses may wait as well.
//
// A student who waits may stop ([LeaveWaitlist]), and who comes back stands behind all
// others.
//
// A seat that becomes free goes in the same append to the student who waits longest and
// has fewer than ten courses: when somebody leaves ([UnsubscribeStudent]), and when
// seats are added ([ChangeCapacity]), where two seats go to two students. It becomes
// free when fewer are taken than there are: one left behind in a course that shrank
// below the seats taken does not.
//
// A student with ten courses is passed over and keeps the place. If nobody who waits
// has room, the seat is left free, for whoever asks for it first ([SubscribeStudent]),
// waiting or not. A student who gets room later, by leaving another course, is not
// promoted by that; but as soon as a seat of the course becomes free again, those that
// were left free are given away with it.
//
// # Once means once
//
// A command may carry the key of the request that it comes from ([RequestID]). However
// often the request arrives, from whichever process and at the same moment, it is
// carried out once. The facts of the command carry the key as a tag, and the first of
// them also a fingerprint of what was asked ([Asked]). The command looks for the key
// inside its boundary like for anything else that it has to know:
//
//   - If the request brought something about already, and asked for the same, there is
//     nothing left to do. That is no refusal.
//   - If it asked for anything else, another command or other content, it is refused. Two
//     commands may bring about the same facts: they are told apart by what was asked.
//   - If it was refused, nothing was stored, so it is decided again: a seat may have
//     become free meanwhile.
//
// Facts that older versions stored have the key and no fingerprint. Such a request counts
// as carried out, whatever it asks for.
//
// A command without a key is decided each time.
//
// # Facts
//
// What happened is kept as facts: [CourseDefined], [CourseRenamed],
// [CourseCapacityChanged], [CourseArchived], [StudentRegistered], [StudentRenamed],
// [StudentForgotten], [StudentSubscribedToCourse], [StudentUnsubscribedFromCourse], [StudentJoinedWaitlist]
// and [StudentLeftWaitlist]. Each carries the tag of every course and student that it
// is about, which is all that the boundaries of later decisions need. A fact that
// follows from another one of the same decision, as a promotion from a seat given
// back, names it as its cause.
//
// Sealed names of one student are equal when the names are, so decisions compare them
// without a key.
//
// Facts stay as they were stored, and are read as what they mean today: a course that
// was defined with a name and a maximum of students has a title and a capacity
// ([CourseDefined.UnmarshalJSON]). What a fact of a newer version says beyond that is
// passed over, and so are facts of types that are not known here.
//
// # Reading
//
// Decisions read the log, through the projections of this package. Pages do not: they
// read tables that package readmodel makes of the same facts, decoded by [Decode].
package courses
