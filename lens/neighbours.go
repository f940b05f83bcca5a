package lens

import (
	"context"
	"fmt"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// A Neighbour is somebody who could do something in the same moment.
type Neighbour struct {
	Does    string // who does what: "Kofi takes a seat in Compilers"
	Command Command
}

// Neighbours returns what others could do while a student asks for a seat in a course, with
// the people and courses that there are: some of it about the course, some about the
// student, some about neither. Whether it would be carried out is for a rehearsal to say.
func Neighbours(ctx context.Context, term *readmodel.Term, student readmodel.Student, course readmodel.Course) ([]Neighbour, error) {
	c := company{student: student, course: course}
	if err := c.find(ctx, term); err != nil {
		return nil, err
	}
	return c.neighbours(), nil
}

// company is who and what is around a student and a course. What is not there has no id.
type company struct {
	student readmodel.Student
	course  readmodel.Course

	newcomer readmodel.Student // has no place in the course
	seated   readmodel.Member  // has a seat in the course
	held     readmodel.Place   // another seat of the student
	awaited  readmodel.Place   // another course, for which the student waits
	inFront  readmodel.Member  // has a seat in that course
	other    readmodel.Course  // another course, in which neither has a place
	stranger readmodel.Student // has no place in that one
}

// enough is how many to look at, to find one that fits.
const enough = 25

func (c *company) find(ctx context.Context, term *readmodel.Term) error {
	places, err := term.PlacesOf(ctx, c.student.ID)
	if err != nil {
		return err
	}
	taken := map[courses.CourseID]bool{c.course.ID: true}
	for _, place := range places {
		taken[place.Course] = true
		switch {
		case place.Course == c.course.ID:
		case place.Waiting && c.awaited.Course == "":
			c.awaited = place
		case !place.Waiting && c.held.Course == "":
			c.held = place
		}
	}
	all, err := term.Courses(ctx, "", readmodel.Cursor{}, enough)
	if err != nil {
		return err
	}
	for _, course := range all.Rows {
		if !taken[course.ID] && !course.Archived && course.SeatsTaken < course.Capacity {
			c.other = course
			break
		}
	}
	if c.newcomer, err = c.without(ctx, term, c.course.ID); err != nil {
		return err
	}
	if c.stranger, err = c.without(ctx, term, c.other.ID); err != nil {
		return err
	}
	if c.seated, err = c.member(ctx, term, c.course.ID); err != nil {
		return err
	}
	c.inFront, err = c.member(ctx, term, c.awaited.Course)
	return err
}

// without returns somebody else who has no place in a course.
func (c *company) without(ctx context.Context, term *readmodel.Term, course courses.CourseID) (readmodel.Student, error) {
	students, err := term.StudentsWithoutPlace(ctx, course, "", 2)
	for _, student := range students {
		if student.ID != c.student.ID {
			return student, err
		}
	}
	return readmodel.Student{}, err
}

// member returns somebody else who has a seat in a course.
func (c *company) member(ctx context.Context, term *readmodel.Term, course courses.CourseID) (readmodel.Member, error) {
	seats, err := term.Seats(ctx, course, readmodel.Cursor{}, 2)
	for _, member := range seats.Rows {
		if member.ID != c.student.ID {
			return member, err
		}
	}
	return readmodel.Member{}, err
}

// neighbours names what could be done. A command about somebody who is not there is left
// out by the rehearsal, as any other that would be refused.
func (c *company) neighbours() []Neighbour {
	more := c.course.Capacity + 1
	if c.course.Capacity == courses.MaxCapacity {
		more = c.course.Capacity - 1
	}
	return []Neighbour{
		{
			fmt.Sprintf("%s takes a seat in %s", c.newcomer.Name, c.course.Title),
			courses.SubscribeStudent{Student: c.newcomer.ID, Course: c.course.ID},
		},
		{
			fmt.Sprintf("%s leaves %s", c.seated.Name, c.course.Title),
			courses.UnsubscribeStudent{Student: c.seated.ID, Course: c.course.ID},
		},
		{
			fmt.Sprintf("%s takes a seat in %s", c.student.Name, c.other.Title),
			courses.SubscribeStudent{Student: c.student.ID, Course: c.other.ID},
		},
		{
			fmt.Sprintf("%s leaves %s", c.student.Name, c.held.Title),
			courses.UnsubscribeStudent{Student: c.student.ID, Course: c.held.Course},
		},
		{
			fmt.Sprintf("%s leaves %s, for which %s waits", c.inFront.Name, c.awaited.Title, c.student.Name),
			courses.UnsubscribeStudent{Student: c.inFront.ID, Course: c.awaited.Course},
		},
		{
			fmt.Sprintf("The registrar gives %s %d seats", c.course.Title, more),
			courses.ChangeCapacity{Course: c.course.ID, NewCapacity: more},
		},
		{
			fmt.Sprintf("The registrar archives %s", c.course.Title),
			courses.ArchiveCourse{Course: c.course.ID},
		},
		{
			fmt.Sprintf("%s takes a seat in %s", c.stranger.Name, c.other.Title),
			courses.SubscribeStudent{Student: c.stranger.ID, Course: c.other.ID},
		},
		{
			fmt.Sprintf("%s joins the waitlist of %s", c.newcomer.Name, c.course.Title),
			courses.JoinWaitlist{Student: c.newcomer.ID, Course: c.course.ID},
		},
		{
			fmt.Sprintf("The registrar gives %s another title", c.course.Title),
			courses.RenameCourse{Course: c.course.ID, NewTitle: c.course.Title + " II"},
		},
		{
			fmt.Sprintf("%s gets another name", c.student.Name),
			courses.RenameStudent{Student: c.student.ID, NewName: c.student.Name + " II"},
		},
		{
			fmt.Sprintf("The registrar archives %s", c.other.Title),
			courses.ArchiveCourse{Course: c.other.ID},
		},
	}
}
