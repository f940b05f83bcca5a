package lens

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// A Neighbour is something that somebody could do in the same moment.
type Neighbour struct {
	Name    string // in addresses: "newcomer-comes"
	Does    string // who does what: "Kofi takes a seat in Compilers"
	Command dcb.Command
}

// Surroundings are the people and courses around a student who asks for a seat in a course, and
// who may give one in another course back for it. Whatever does not exist has no id.
type Surroundings struct {
	Student readmodel.Student
	Course  readmodel.Course
	Given   readmodel.Course // the course that a swap gives back

	places    []readmodel.Place                // of the student
	newcomers []readmodel.Student              // without a place in the course
	seated    readmodel.Page[readmodel.Member] // with a seat in the course
	held      readmodel.Place                  // another seat of the student
	awaited   readmodel.Place                  // another course that the student waits for
	inFront   readmodel.Page[readmodel.Member] // with a seat in the awaited course
	other     readmodel.Course                 // another course in which the student has no place
	strangers []readmodel.Student              // without a place in the other course

	outsiders   []readmodel.Student              // without a place in the given course
	givenSeated readmodel.Page[readmodel.Member] // with a seat in the given course
}

// enough is how many courses to look at for one with free seats.
const enough = 25

// Ask adds the questions about a student and a course, and about the course that the student
// gives back for it, or "". The surroundings are filled in when they are answered.
func (s *Surroundings) Ask(ask *readmodel.Questions, student courses.StudentID, course, given courses.CourseID) {
	var all readmodel.Page[readmodel.Course]
	ask.Student(&s.Student, student)
	ask.Course(&s.Course, course)
	ask.StudentsWithoutPlace(&s.newcomers, course, "", 2)
	ask.Seats(&s.seated, course, readmodel.Cursor{}, 2)
	ask.PlacesOf(&s.places, student)
	ask.Courses(&all, "", readmodel.Cursor{}, enough)
	if given != "" {
		ask.Course(&s.Given, given)
		ask.StudentsWithoutPlace(&s.outsiders, given, "", 2)
		ask.Seats(&s.givenSeated, given, readmodel.Cursor{}, 2)
	}
	ask.Then(func() {
		s.choose(all.Rows)
		ask.StudentsWithoutPlace(&s.strangers, s.other.ID, "", 2)
		ask.Seats(&s.inFront, s.awaited.Course, readmodel.Cursor{}, 2)
	})
}

// choose chooses the held and the awaited place among the student's, and the other course among all.
func (s *Surroundings) choose(all []readmodel.Course) {
	taken := map[courses.CourseID]bool{s.Course.ID: true, s.Given.ID: true}
	for _, place := range s.places {
		taken[place.Course] = true
		switch {
		case place.Course == s.Course.ID || place.Course == s.Given.ID:
		case place.Waiting && s.awaited.Course == "":
			s.awaited = place
		case !place.Waiting && s.held.Course == "":
			s.held = place
		}
	}
	for _, course := range all {
		if !taken[course.ID] && !course.Archived && course.SeatsTaken < course.Capacity {
			s.other = course
			return
		}
	}
}

// somebodyElse returns the first of the students except the one who asks for a seat.
func (s *Surroundings) somebodyElse(students []readmodel.Student) readmodel.Student {
	for _, student := range students {
		if student.ID != s.Student.ID {
			return student
		}
	}
	return readmodel.Student{}
}

// anotherMember returns the first of the members except the one who asks for a seat.
func (s *Surroundings) anotherMember(members []readmodel.Member) readmodel.Member {
	for _, member := range members {
		if member.ID != s.Student.ID {
			return member
		}
	}
	return readmodel.Member{}
}

// Neighbours returns what others could do at the moment in which the student asks for the
// seat, with the people and courses that exist. Some of it is about the course, some about
// the student, and some about neither. A command about somebody who does not exist would be
// refused, and the rehearsal leaves it out with all others that would be.
func (s *Surroundings) Neighbours() []Neighbour {
	newcomer, stranger := s.somebodyElse(s.newcomers), s.somebodyElse(s.strangers)
	seated, inFront := s.anotherMember(s.seated.Rows), s.anotherMember(s.inFront.Rows)
	student, course, other := s.Student, s.Course, s.other
	seats := course.Capacity + 1
	if course.Capacity == courses.MaxCapacity {
		seats = course.Capacity - 1
	}
	all := []Neighbour{
		{"newcomer-comes", newcomer.Called() + " takes a seat in " + course.Called(), courses.SubscribeStudent{Student: newcomer.ID, Course: course.ID}},
		{"member-leaves", seated.Called() + " leaves " + course.Called(), courses.UnsubscribeStudent{Student: seated.ID, Course: course.ID}},
		{"student-comes-elsewhere", student.Called() + " takes a seat in " + other.Called(), courses.SubscribeStudent{Student: student.ID, Course: other.ID}},
		{"student-leaves-elsewhere", student.Called() + " leaves " + s.held.Called(), courses.UnsubscribeStudent{Student: student.ID, Course: s.held.Course}},
		{
			"student-promoted-elsewhere",
			fmt.Sprintf("%s leaves %s, for which %s waits", inFront.Called(), s.awaited.Called(), student.Called()),
			courses.UnsubscribeStudent{Student: inFront.ID, Course: s.awaited.Course},
		},
		{
			"course-resized",
			fmt.Sprintf("%s gets %s", course.Called(), ui.Seats(seats)),
			courses.ChangeCapacity{Course: course.ID, NewCapacity: seats},
		},
		{"course-archived", course.Called() + " is archived", courses.ArchiveCourse{Course: course.ID}},
		{"stranger-comes-elsewhere", stranger.Called() + " takes a seat in " + other.Called(), courses.SubscribeStudent{Student: stranger.ID, Course: other.ID}},
		{"newcomer-waits", newcomer.Called() + " waits for " + course.Called(), courses.JoinWaitlist{Student: newcomer.ID, Course: course.ID}},
		{
			"course-renamed",
			course.Called() + " gets another title",
			courses.RenameCourse{Course: course.ID, NewTitle: course.Title + " II"},
		},
		{"student-renamed", student.Called() + " gets another name", courses.RenameStudent{Student: student.ID, NewName: sealed.Text(student.Name + " II")}},
		{"other-archived", other.Called() + " is archived", courses.ArchiveCourse{Course: other.ID}},
	}
	return append(all, s.aroundGiven()...)
}

// aroundGiven returns what others could do that is about the course given back, if there is one.
func (s *Surroundings) aroundGiven() []Neighbour {
	if s.Given.ID == "" {
		return nil
	}
	outsider, seated := s.somebodyElse(s.outsiders), s.anotherMember(s.givenSeated.Rows)
	student, given := s.Student, s.Given
	return []Neighbour{
		{"student-leaves-given", student.Called() + " leaves " + given.Called(), courses.UnsubscribeStudent{Student: student.ID, Course: given.ID}},
		{"outsider-waits-given", outsider.Called() + " waits for " + given.Called(), courses.JoinWaitlist{Student: outsider.ID, Course: given.ID}},
		{"outsider-comes-given", outsider.Called() + " takes a seat in " + given.Called(), courses.SubscribeStudent{Student: outsider.ID, Course: given.ID}},
		{"member-leaves-given", seated.Called() + " leaves " + given.Called(), courses.UnsubscribeStudent{Student: seated.ID, Course: given.ID}},
	}
}
