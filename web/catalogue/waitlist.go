package catalogue

import (
	"go-crablet/domain/courses"
	"go-crablet/web/site"
)

// JoinWaitlist puts a student on the waitlist: the student whom the form names, or else the
// one whom the visitor acts as.
func (p *Pages) JoinWaitlist(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.JoinWaitlist{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" joins the waitlist of "+course.Title, page)
}

// LeaveWaitlist takes a student off the waitlist.
func (p *Pages) LeaveWaitlist(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	cmd := courses.LeaveWaitlist{Student: student.ID, Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" leaves the waitlist of "+course.Title, page)
}
