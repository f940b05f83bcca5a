package courses

// A Refusal is a rule saying no. Its text is for the person who asked, and may be
// shown as it is.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// Refusals for an id, a text or a number that is not well formed.
const (
	ErrCourseIDInvalid    = Refusal("a course id is 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit")
	ErrStudentIDInvalid   = Refusal("a student id is 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit")
	ErrTitleInvalid       = Refusal("a title has 1 to 100 characters, some of them visible, and no control characters")
	ErrNameInvalid        = Refusal("a name has 1 to 100 characters, some of them visible, and no control characters")
	ErrCapacityOutOfRange = Refusal("a course has between 1 and 10,000 seats")
	ErrRequestIDInvalid   = Refusal("the key of a request is 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit")
)

// Refusals for a course or a student that does not exist, or exists already.
const (
	ErrNoSuchCourse  = Refusal("there is no such course")
	ErrNoSuchStudent = Refusal("there is no such student")
	ErrCourseExists  = Refusal("a course with this id exists already")
	ErrStudentExists = Refusal("a student with this id was registered already")
)

// Refusals for a change that changes nothing, or comes too late.
const (
	ErrSameTitle        = Refusal("the course has this title already")
	ErrSameName         = Refusal("the student has this name already")
	ErrSameCapacity     = Refusal("the course has this many seats already")
	ErrCourseArchived   = Refusal("the course is archived: it changes no more and takes nobody")
	ErrAlreadyArchived  = Refusal("the course is archived already")
	ErrAlreadyForgotten = Refusal("the student is forgotten already")
	ErrRequestReused    = Refusal("this form was sent before and asked for something else: load the page again and fill it in anew")
)

// Refusals for a change of what the person who asked has not seen.
const (
	ErrOtherTitle    = Refusal("the course has another title by now")
	ErrOtherName     = Refusal("the student has another name by now")
	ErrOtherCapacity = Refusal("the course has another number of seats by now")
)

// Refusals for a seat.
const (
	ErrAlreadySubscribed = Refusal("the student has a seat in this course already")
	ErrNotSubscribed     = Refusal("the student has no seat in this course")
	ErrCourseFull        = Refusal("every seat in this course is taken")
	ErrTooManyCourses    = Refusal("a student takes at most 10 courses at once")
	ErrSeatsSpokenFor    = Refusal("every free seat in this course goes to students who have waited longer")
	ErrSameCourse        = Refusal("a seat can be swapped only for one in another course")
	ErrNothingToLeave    = Refusal("the student has no seat and waits for none")
	ErrNoArchivedCourse  = Refusal("the student has no seat in an archived course")
)

// Refusals for forgetting a student.
const (
	ErrNamedInPlainText = Refusal("a name of the student stands in the log in plain text, where it stays: it can't be forgotten")
	ErrStillSubscribed  = Refusal("the student has a seat in a course: give it back first")
	ErrStillWaiting     = Refusal("the student waits for a course: leave its waitlist first")
)

// Refusals for the waitlist.
const (
	ErrCourseNotFull  = Refusal("the course has a free seat, there is nothing to wait for")
	ErrAlreadyWaiting = Refusal("the student is on the waitlist of this course already")
	ErrNotWaiting     = Refusal("the student is not on the waitlist of this course")
	ErrWaitlistFull   = Refusal("the waitlist of this course is full, it takes 50 students")
)
