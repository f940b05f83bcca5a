// Package projection is the fourth step: a projection computes a value from events.
package projection

import (
	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Seats says how many seats a course offers, and how many of them are taken.
type Seats struct{ Offered, Taken int }

// SeatsOf is the projection of the seats of a course.
func SeatsOf(course courses.CourseID) dcb.Projection[Seats] {
	return dcb.Project(Seats{}, dcb.Tags{course.Tag()},
		dcb.On(func(s Seats, e courses.CourseDefined) Seats {
			s.Offered = e.Capacity
			return s
		}),
		dcb.On(func(s Seats, _ courses.StudentSubscribedToCourse) Seats {
			s.Taken++
			return s
		}),
		//workshop:write two more handlers: a student gives a seat back, and the capacity changes
		dcb.On(func(s Seats, _ courses.StudentUnsubscribedFromCourse) Seats {
			s.Taken--
			return s
		}),
		dcb.On(func(s Seats, e courses.CourseCapacityChanged) Seats {
			s.Offered = e.NewCapacity
			return s
		}),
		//workshop:instead
		//workshop:end
	)
}
