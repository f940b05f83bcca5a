package catalogue

import (
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// ArchiveCourse carries out the form on the course's page.
func (p *Pages) ArchiveCourse(v *site.Visit) error {
	course, err := p.courseAt(v)
	if err != nil {
		return err
	}
	cmd := courses.ArchiveCourse{Course: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, course.Called()+" is archived", story.CourseURL(course.ID))
}
