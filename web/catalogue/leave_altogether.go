package catalogue

import (
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// LeaveAltogether carries out the form on the student's page that gives back all seats and all
// places on waitlists.
func (p *Pages) LeaveAltogether(v *site.Visit) error {
	id, err := studentAt(v)
	if err != nil {
		return err
	}
	names, err := p.Names(v.Context(), id.Tag())
	if err != nil {
		return err
	}
	cmd := courses.LeaveAltogether{Student: id, Request: v.Key()}
	return p.carryOut(v, cmd, names.Stored(id)+" leaves altogether", story.StudentURL(id))
}

// LeaveArchivedCourses carries out the form on the student's page that gives back the seats in
// archived courses.
func (p *Pages) LeaveArchivedCourses(v *site.Visit) error {
	id, err := studentAt(v)
	if err != nil {
		return err
	}
	names, err := p.Names(v.Context(), id.Tag())
	if err != nil {
		return err
	}
	cmd := courses.LeaveArchivedCourses{Student: id, Request: v.Key()}
	return p.carryOut(v, cmd, names.Stored(id)+" leaves archived courses", story.StudentURL(id))
}
