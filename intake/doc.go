// Package intake carries out lists that the registrar brings from a spreadsheet: of students, of
// courses, or of enrolments. Every line is a decision of its own, by the rules of
// domain/courses, and is carried out once, however often the work on it begins anew.
//
// # Reading a list
//
// [Read] finds out how a file is written: its encoding, what separates its cells, and whether
// its first line names the columns. It returns a [List] with a [Line] for each line. A line
// that can't be read is refused, and says why. A [Problem] is about the file as a whole.
//
// # Trying it out
//
// [Try] says what each line would do now: something new, nothing because it is there already, or
// nothing because a rule refuses it. The domain decides that, on a copy of the log that ends
// with what the lines before would store. So the tenth line for a course with nine seats is
// refused. Nothing is stored in the log.
//
// # Carrying it out
//
// A [Store] keeps an [Import] with its lines, and a [Clerk] carries out those that were started.
// It takes the lines in the order of the file, one after the other: whoever stands first in the
// file gets the last seat. An import takes one connection at a time, so other people's decisions
// go on.
//
// The request of a decision is made of the import and the number of the line. So a line that was
// decided, and not noted because the program was killed, is decided again without effect. For
// the same reason two clerks can do no harm on one import, though a claim with an end keeps them
// apart. A clerk goes on with what another one left when that claim has run out.
//
// No receipts are kept: 2,000 of them would push out the receipts of people. What was decided
// is noted at the line itself.
//
// # Names
//
// The names of students are personal. A name is sealed in the log, as the form to register
// seals it. In the list it stands in plain text until its line is decided. An import
// that has ended has no name left in it. An import that nobody starts is deleted after
// [LongestWait].
package intake
