package courses

import (
	"slices"

	"go-crablet/dcb"
)

// A place is one on the waitlist of a course.
type place struct {
	student StudentID
	course  CourseID
}

// giveSeats gives the free seats of some courses to those who wait for them, and returns the
// places that end with a seat. The line has the places of all these courses, the longest held
// first. A seat goes to the first in line who has room: so a student who waits for two courses
// and has room for one gets the one that was waited for longest. Whoever has no room is passed
// over. Each seat is taken from free, and from the room of the student.
//
// Afterwards no seat is free for which somebody with room is in line.
func giveSeats(line []place, free map[CourseID]int, room map[StudentID]int) (served []place) {
	for _, p := range line {
		if free[p.course] > 0 && room[p.student] > 0 {
			free[p.course]--
			room[p.student]--
			served = append(served, p)
		}
	}
	return served
}

// withPromotions returns the facts of a decision, and after them the promotions of those who
// were served. A promotion names as its cause the seat that was given back. If none of that
// course was, it names the first fact.
func withPromotions(facts []dcb.Fact, served []place) []dcb.Fact {
	cause := map[CourseID]int{} // its index among the facts
	for i, fact := range facts {
		if left, ok := fact.(StudentUnsubscribedFromCourse); ok {
			cause[left.Course] = i
		}
	}
	all := slices.Clone(facts)
	for _, p := range served {
		i := cause[p.course]
		caused := dcb.Causing(all[i], seatAfterWaiting(p.student, p.course)...)
		all[i] = caused[0]
		all = append(all, caused[1:]...)
	}
	return all
}

// seat gives a student a seat. If the student is among those who wait for it, the waiting ends.
func seat(student StudentID, course CourseID, waiting []StudentID) []dcb.Fact {
	if slices.Contains(waiting, student) {
		return seatAfterWaiting(student, course)
	}
	return dcb.Facts(StudentSubscribedToCourse{Student: student, Course: course})
}

// seatAfterWaiting gives a student the seat that the student waited for.
func seatAfterWaiting(student StudentID, course CourseID) []dcb.Fact {
	return dcb.Causing(
		StudentSubscribedToCourse{Student: student, Course: course},
		StudentLeftWaitlist{Student: student, Course: course})
}

// lineOf returns the places of the students who wait for one course, in their order.
func lineOf(course CourseID, waiting []StudentID) []place {
	line := make([]place, len(waiting))
	for i, student := range waiting {
		line[i] = place{student, course}
	}
	return line
}

// apart takes one place out of those that end with a seat, and reports whether it was there.
func apart(served []place, one place) (others []place, got bool) {
	others = slices.DeleteFunc(slices.Clone(served), func(p place) bool { return p == one })
	return others, len(others) < len(served)
}

// withLast returns a line in which a place stands: where it stands already, or else as the last.
func withLast(line []place, p place) []place {
	if slices.Contains(line, p) {
		return line
	}
	return append(slices.Clip(line), p)
}
