package courses

import "go-crablet/dcb"

// A waiter is a student who waits for a course, and what tells whether there is room
// for it on the student's side.
type waiter struct {
	student      StudentID
	coursesTaken int
}

// findWaiters fills waiters with those who wait, in their order. It is found in a
// second read: of whom to ask is known when the waitlist is.
func findWaiters(waiters *[]waiter, waiting []StudentID) dcb.Boundary {
	*waiters = make([]waiter, len(waiting))
	var b dcb.Boundary
	for i, student := range waiting {
		w := &(*waiters)[i]
		w.student = student
		b = append(b, dcb.Into(&w.coursesTaken, CoursesTaken(student)))
	}
	return b
}

// promotions gives free seats of a course to those who wait, the longest waiting
// first, passing over who has no room.
func promotions(course CourseID, freeSeats int, waiters []waiter) []dcb.Fact {
	var facts []dcb.Fact
	for _, w := range waiters {
		if freeSeats <= 0 {
			break
		}
		if w.coursesTaken >= MaxCourses {
			continue
		}
		facts = append(facts, seatAfterWaiting(w.student, course)...)
		freeSeats--
	}
	return facts
}

// seatAfterWaiting is what happens when a seat comes: it ends the waiting for it.
func seatAfterWaiting(student StudentID, course CourseID) []dcb.Fact {
	return dcb.Causing(
		StudentSubscribedToCourse{Student: student, Course: course},
		StudentLeftWaitlist{Student: student, Course: course})
}
