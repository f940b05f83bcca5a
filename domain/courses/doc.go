// Package courses is the domain: students subscribe to courses.
//
// It is all rules. Each command has a file that reads from top to bottom: what is
// asked, what the decision has to know, which projections tell it, and the rules
// as the cases of a pure function. No rule depends on what the clock, the
// database or another request does meanwhile: [dcb.Decide] sees to it that what a
// decision knew is still true when its facts are stored.
//
// # The rules
//
// A course is defined once ([DefineCourse]): its id is new and well formed, its
// title has 1 to 100 characters, some of them visible and none that control the text
// around it ([ValidText]), and it has 1 to 10,000 seats.
//
// Its capacity can change at any time ([ChangeCapacity]), to another number in the
// same range. It may drop below the seats taken: nobody loses a seat, and nobody
// new gets one until there is room.
//
// A student is registered once ([RegisterStudent]): the id is new and well formed,
// and the name keeps the same rule as a title.
//
// A student gets a seat in a course ([SubscribeStudent]) when both exist, the
// student has no seat in it yet, fewer seats are taken than it has, and the student
// has fewer than ten courses.
//
// A student gives a seat back ([UnsubscribeStudent]) who has one. That frees both
// sides, and the same student may come back later.
//
// A rule that says no does so with a [Refusal], whose text is for the person who
// asked. A refusal is final; only a lost race is tried again.
//
// # Facts
//
// What happened is kept as facts: [CourseDefined], [CourseCapacityChanged],
// [StudentRegistered], [StudentSubscribedToCourse] and
// [StudentUnsubscribedFromCourse]. Each carries the tag of every course and student
// that it is about, which is all that the boundaries of later decisions need.
//
// # Reading
//
// Pages are made of a [Directory], which follows the log and answers from memory.
package courses
