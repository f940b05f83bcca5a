package courses

import (
	"slices"

	"go-crablet/dcb"
)

// lines is all that it takes to give the free seats of some courses away. Decisions embed it.
type lines struct {
	line    []place     // on the waitlists of these courses, the longest held first
	seats   []seatCount // of each of these courses
	waiters []waiter    // those in line who may get a seat
}

// A seatCount is how many seats a course has, and how many of them are taken.
type seatCount struct {
	course     CourseID
	capacity   int
	seatsTaken int
}

// A waiter is a student on a waitlist, with the number of courses that the student takes.
type waiter struct {
	student      StudentID
	coursesTaken int
}

// find returns the boundary for some courses, which are waited for. The decision gives a seat
// back in each of the courses givenBack.
func (l *lines) find(courses, givenBack []CourseID) dcb.Boundary {
	if len(courses) == 0 {
		return nil
	}
	return append(l.count(courses, givenBack), dcb.Into(&l.line, line(courses)))
}

// findFor does what find does for one course, of which the waitlist is known already.
func (l *lines) findFor(course CourseID, waiting []StudentID) dcb.Boundary {
	if len(waiting) == 0 {
		return nil
	}
	l.line = lineOf(course, waiting)
	return append(countSeats(&l.seats, []CourseID{course}), findWaiters(&l.waiters, waiting)...)
}

// count returns the boundary for some courses without their waitlists. Of those in line it
// looks only at the students who wait for a course that has a free seat.
func (l *lines) count(courses, givenBack []CourseID) dcb.Boundary {
	if len(courses) == 0 {
		return nil
	}
	return append(countSeats(&l.seats, courses), dcb.Then(func() dcb.Boundary {
		return findWaiters(&l.waiters, l.whoMayBeServed(givenBack))
	}))
}

// whoMayBeServed returns the students in line for a course that has a free seat.
func (l *lines) whoMayBeServed(givenBack []CourseID) (students []StudentID) {
	free := freeSeats(l.seats, givenBack)
	for _, p := range l.line {
		if free[p.course] > 0 && !slices.Contains(students, p.student) {
			students = append(students, p.student)
		}
	}
	return students
}

// courses returns the courses that somebody in line waits for.
func (l *lines) courses() (courses []CourseID) {
	for _, p := range l.line {
		if !slices.Contains(courses, p.course) {
			courses = append(courses, p.course)
		}
	}
	return courses
}

// serve gives the free seats away, after a student has given seats back. It returns the places
// that end with a seat. The student gains room by that, so one of these may be the student's.
func (l *lines) serve(student StudentID, givenBack ...CourseID) (served []place) {
	room := roomOf(l.waiters)
	room[student] += len(givenBack)
	return giveSeats(l.line, freeSeats(l.seats, givenBack), room)
}

// countSeats returns the boundary that counts the seats of each course.
func countSeats(counts *[]seatCount, courses []CourseID) dcb.Boundary {
	*counts = make([]seatCount, len(courses))
	var b dcb.Boundary
	for i, course := range courses {
		c := &(*counts)[i]
		c.course = course
		b = append(b, dcb.Into(&c.capacity, Capacity(course)), dcb.Into(&c.seatsTaken, SeatsTaken(course)))
	}
	return b
}

// findWaiters makes waiters of the waiting students, in their order, and returns the
// boundary that counts their courses. It takes another read, because the one before finds
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

// freeSeats returns how many seats of each course are free, after one was given back in each
// of the courses givenBack.
func freeSeats(counts []seatCount, givenBack []CourseID) map[CourseID]int {
	free := map[CourseID]int{}
	for _, c := range counts {
		free[c.course] = c.capacity - c.seatsTaken
	}
	for _, course := range givenBack {
		free[course]++
	}
	return free
}

// roomOf returns how many more courses each of the students may take.
func roomOf(waiters []waiter) map[StudentID]int {
	room := map[StudentID]int{}
	for _, w := range waiters {
		room[w.student] = MaxCourses - w.coursesTaken
	}
	return room
}
