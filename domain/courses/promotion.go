package courses

import "go-crablet/dcb"

// A waiter is a student on a waitlist, with the number of courses that the student takes.
type waiter struct {
	student      StudentID
	coursesTaken int
}

// findWaiters makes waiters of the waiting students, in their order, and returns the
// boundary that counts their courses. It takes a second read, because the first one finds
// who waits.
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

// promotions gives free seats of a course to the waiters, in their order. It passes over
// those who have no room.
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

// seatAfterWaiting gives a student the seat that the student waited for.
func seatAfterWaiting(student StudentID, course CourseID) []dcb.Fact {
	return dcb.Causing(
		StudentSubscribedToCourse{Student: student, Course: course},
		StudentLeftWaitlist{Student: student, Course: course})
}
