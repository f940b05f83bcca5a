package lens

import (
	"net/http"
	"net/url"
	"slices"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// Options are the students to choose from: those found, and before them the chosen one if
// the search did not find it.
func (v pageView) Options() []ui.Option {
	if v.Student.ID == "" || slices.Contains(v.Choice, v.Student) {
		return v.Choice
	}
	return append([]ui.Option{v.Student}, v.Choice...)
}

// A courseChoiceView asks for the course that a student may subscribe to.
type courseChoiceView struct {
	site.Layout
	StudentID, Student, StudentURL string
	Choice                         []ui.Option
	Find                           string // what courses were searched for
}

// OfStudent leads a student to the page of the course that the address names. Without a
// course, it asks for one.
func (p *Pages) OfStudent(v *site.Visit) error {
	chosen, err := v.Only("course")
	if err != nil {
		return err
	}
	id := courses.StudentID(v.ID("student"))
	view := courseChoiceView{StudentID: string(id), StudentURL: story.StudentURL(id), Find: v.Search()}
	var (
		who    readmodel.Student
		course readmodel.Course
		all    readmodel.Page[readmodel.Course]
	)
	view.Layout, err = v.Page("What will subscribing read?", site.SectionStudents, func(ask *readmodel.Questions, _ site.Visitor) {
		ask.Student(&who, id)
		if chosen != "" {
			ask.Course(&course, courses.CourseID(chosen))
		} else {
			ask.Courses(&all, view.Find, readmodel.Cursor{}, site.MostToChoose)
		}
	})
	switch {
	case err != nil:
		return err
	case who.ID == "":
		return courses.ErrNoSuchStudent
	case chosen != "" && course.ID == "":
		return courses.ErrNoSuchCourse
	case chosen != "":
		query := url.Values{"student": {string(id)}}
		return v.Redirect(pageURL(courses.CourseID(chosen)) + "?" + query.Encode())
	}
	view.Student, view.Path = who.Called(), story.StudentURL(id)+"/boundary"
	for _, course := range all.Rows {
		view.Choice = append(view.Choice, ui.Option{ID: string(course.ID), Name: course.Called()})
	}
	return v.Render(http.StatusOK, courseChoicePage(view))
}
