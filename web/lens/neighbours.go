package lens

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// A Neighbour is somebody who could do something in the same moment.
type Neighbour struct {
	Does    string // who does what: "Kofi takes a seat in Compilers"
	Command dcb.Command
}

// A Surroundings is who and what is around a student who asks for a seat in a course. What is not
// there has no id.
type Surroundings struct {
	Student readmodel.Student
	Course  readmodel.Course

	newcomers []readmodel.Student              // have no place in the course
	seated    readmodel.Page[readmodel.Member] // have a seat in the course
	held      readmodel.Place                  // another seat of the student
	awaited   readmodel.Place                  // another course, for which the student waits
	inFront   readmodel.Page[readmodel.Member] // have a seat in that course
	other     readmodel.Course                 // another course, in which neither has a place
	strangers []readmodel.Student              // have no place in that one
}

// enough is how many to look at, to find one that fits.
const enough = 25

// Ask asks for the surroundings of a student and a course.
func (c *Surroundings) Ask(ask *readmodel.Questions, student courses.StudentID, course courses.CourseID) {
	var places []readmodel.Place
	var all readmodel.Page[readmodel.Course]
	ask.Student(&c.Student, student)
	ask.Course(&c.Course, course)
	ask.StudentsWithoutPlace(&c.newcomers, course, "", 2)
	ask.Seats(&c.seated, course, readmodel.Cursor{}, 2)
	ask.PlacesOf(&places, student)
	ask.Courses(&all, "", readmodel.Cursor{}, enough)
	ask.Then(func() {
		c.choose(places, all.Rows)
		ask.StudentsWithoutPlace(&c.strangers, c.other.ID, "", 2)
		ask.Seats(&c.inFront, c.awaited.Course, readmodel.Cursor{}, 2)
	})
}

// choose finds the other courses: among the places of the student, and among all.
func (c *Surroundings) choose(places []readmodel.Place, all []readmodel.Course) {
	taken := map[courses.CourseID]bool{c.Course.ID: true}
	for _, place := range places {
		taken[place.Course] = true
		switch {
		case place.Course == c.Course.ID:
		case place.Waiting && c.awaited.Course == "":
			c.awaited = place
		case !place.Waiting && c.held.Course == "":
			c.held = place
		}
	}
	for _, course := range all {
		if !taken[course.ID] && !course.Archived && course.SeatsTaken < course.Capacity {
			c.other = course
			return
		}
	}
}

// somebodyElse returns the first of the students who is not the one that asks for a seat.
func (c *Surroundings) somebodyElse(students []readmodel.Student) readmodel.Student {
	for _, student := range students {
		if student.ID != c.Student.ID {
			return student
		}
	}
	return readmodel.Student{}
}

// anotherMember returns the first of the members who is not the one that asks for a seat.
func (c *Surroundings) anotherMember(members []readmodel.Member) readmodel.Member {
	for _, member := range members {
		if member.ID != c.Student.ID {
			return member
		}
	}
	return readmodel.Member{}
}

// Neighbours returns what others could do in the moment in which the student asks for the
// seat, with the people and courses that there are: some of it about the course, some about
// the student, some about neither. A command about somebody who is not there is left out by
// the rehearsal, as any other that would be refused.
func (c *Surroundings) Neighbours() []Neighbour {
	newcomer, stranger := c.somebodyElse(c.newcomers), c.somebodyElse(c.strangers)
	seated, inFront := c.anotherMember(c.seated.Rows), c.anotherMember(c.inFront.Rows)
	more := c.Course.Capacity + 1
	if c.Course.Capacity == courses.MaxCapacity {
		more = c.Course.Capacity - 1
	}
	return []Neighbour{
		{
			fmt.Sprintf("%s takes a seat in %s", newcomer.Name, c.Course.Title),
			courses.SubscribeStudent{Student: newcomer.ID, Course: c.Course.ID},
		},
		{
			fmt.Sprintf("%s leaves %s", seated.Name, c.Course.Title),
			courses.UnsubscribeStudent{Student: seated.ID, Course: c.Course.ID},
		},
		{
			fmt.Sprintf("%s takes a seat in %s", c.Student.Name, c.other.Title),
			courses.SubscribeStudent{Student: c.Student.ID, Course: c.other.ID},
		},
		{
			fmt.Sprintf("%s leaves %s", c.Student.Name, c.held.Title),
			courses.UnsubscribeStudent{Student: c.Student.ID, Course: c.held.Course},
		},
		{
			fmt.Sprintf("%s leaves %s, for which %s waits", inFront.Name, c.awaited.Title, c.Student.Name),
			courses.UnsubscribeStudent{Student: inFront.ID, Course: c.awaited.Course},
		},
		{
			fmt.Sprintf("The registrar gives %s %d seats", c.Course.Title, more),
			courses.ChangeCapacity{Course: c.Course.ID, NewCapacity: more},
		},
		{
			fmt.Sprintf("The registrar archives %s", c.Course.Title),
			courses.ArchiveCourse{Course: c.Course.ID},
		},
		{
			fmt.Sprintf("%s takes a seat in %s", stranger.Name, c.other.Title),
			courses.SubscribeStudent{Student: stranger.ID, Course: c.other.ID},
		},
		{
			fmt.Sprintf("%s joins the waitlist of %s", newcomer.Name, c.Course.Title),
			courses.JoinWaitlist{Student: newcomer.ID, Course: c.Course.ID},
		},
		{
			fmt.Sprintf("The registrar gives %s another title", c.Course.Title),
			courses.RenameCourse{Course: c.Course.ID, NewTitle: c.Course.Title + " II"},
		},
		{
			fmt.Sprintf("%s gets another name", c.Student.Name),
			courses.RenameStudent{Student: c.Student.ID, NewName: sealed.Text(c.Student.Name + " II")},
		},
		{
			fmt.Sprintf("The registrar archives %s", c.other.Title),
			courses.ArchiveCourse{Course: c.other.ID},
		},
	}
}
