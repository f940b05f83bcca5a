package catalogue

import (
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// JoinWaitlist lets a student wait for a seat: the one whom the form names, else the
// one whom the visitor acts as.
func (p *Pages) JoinWaitlist(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.JoinWaitlist{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" joins the waitlist of "+course.Title, page)
}

// LeaveWaitlist lets a student wait no longer.
func (p *Pages) LeaveWaitlist(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.LeaveWaitlist{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" leaves the waitlist of "+course.Title, page)
}

// linesOf lists those who have a place in a course: a seat, or one on its waitlist.
func linesOf(members []readmodel.Member, places string, acting courses.StudentID) []placeLine {
	lines := make([]placeLine, len(members))
	for i, member := range members {
		lines[i] = placeLine{
			Name: member.Name, URL: story.StudentURL(member.ID), Since: since(member.Since),
			You:      member.ID == acting,
			LeaveURL: places + "/" + string(member.ID) + "/delete",
		}
	}
	return lines
}

// queueOf lists those who are on a waitlist, in their order.
func queueOf(members []readmodel.Member, waitlist string, acting courses.StudentID) []placeLine {
	lines := linesOf(members, waitlist, acting)
	for i := range lines {
		lines[i].Number = strconv.Itoa(i + 1)
	}
	return lines
}

// A placeLine is one who has a place in a course: a seat, or one on the waitlist.
type placeLine struct {
	Number    string // on the waitlist, else ""
	Name, URL string
	Since     string
	You       bool
	LeaveURL  string
}

// Act words the button that gives the place back.
func (l placeLine) Act() string {
	if l.You {
		return "Leave"
	}
	return "Remove"
}

// A waitLine is a course that a student waits for.
type waitLine struct {
	Course     courses.CourseID
	Title, URL string
	Place      string // "second in line"
	LeaveURL   string
}
