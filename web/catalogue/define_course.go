package catalogue

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type defineCourseView struct {
	site.Layout
	Course, Heading, Capacity ui.Field
	Twin                      string // the title that the form asked about last; see twin.go
}

func (v *defineCourseView) form() form {
	return form{{"title", &v.Heading}, {"capacity", &v.Capacity}, {"course", &v.Course}}
}

// DefineCourseForm is the page with the empty form.
func (p *Pages) DefineCourseForm(v *site.Visit) error {
	return p.showDefineCourse(v, http.StatusOK, nil, defineCourseView{Capacity: ui.Field{Value: "20"}})
}

func (p *Pages) showDefineCourse(v *site.Visit, status int, n *site.Notice, view defineCourseView) (err error) {
	if view.Layout, err = v.Page("Define a course", site.SectionCourses, nil); err != nil {
		return err
	}
	view.Path = "/"
	if n != nil {
		view.Notice = n
	}
	return v.Render(status, defineCoursePage(view))
}

// DefineCourse carries out the form. A course without an id gets one made of its title.
func (p *Pages) DefineCourse(v *site.Visit) error {
	view, cmd := readDefineCourse(v)
	if view.form().wrong() {
		return p.showDefineCourse(v, http.StatusUnprocessableEntity, nil, view)
	}
	if err := p.askAboutTwin(v, &view.Heading, p.courseCalled); err != nil {
		return err
	}
	if view.form().wrong() {
		view.Twin = view.Heading.Value
		return p.showDefineCourse(v, http.StatusConflict, nil, view)
	}
	result, err := p.decideDefinition(v, &cmd)
	if err != nil {
		status, notice, err := view.form().explain(result.ReceiptID, err)
		if err != nil {
			return err
		}
		return p.showDefineCourse(v, status, notice, view)
	}
	return v.Done(result, story.CourseURL(cmd.Course))
}

// readDefineCourse reads the form. A value that can't be right is an error at its input.
func readDefineCourse(v *site.Visit) (defineCourseView, courses.DefineCourse) {
	view := defineCourseView{Twin: v.Text("twin").Value, Course: v.Text("course"), Heading: v.Text("title"), Capacity: v.Text("capacity")}
	cmd := courses.DefineCourse{
		Course: courses.CourseID(strings.ToLower(view.Course.Value)), Title: view.Heading.Value,
		Capacity: view.Capacity.Number(notANumber()), Request: v.Key(),
	}
	checkText(&view.Heading, courses.ErrTitleInvalid)
	if cmd.Course != "" && !cmd.Course.Valid() {
		refuse(&view.Course, courses.ErrCourseIDInvalid)
	}
	return view, cmd
}

// decideDefinition decides the command, and gives it an id if it has none.
func (p *Pages) decideDefinition(v *site.Visit, cmd *courses.DefineCourse) (receipt.Result, error) {
	title := readmodel.Isolated(cmd.Title) + " is put on offer"
	if cmd.Course != "" {
		taken, err := p.courseInAnotherCase(v.Context(), cmd.Course)
		if err == nil && taken {
			err = courses.ErrCourseExists
		}
		if err != nil {
			return receipt.Result{}, err
		}
		return p.decisions.Decide(v, *cmd, title)
	}
	return p.decisions.Held.Hold(v, title, func(v *site.Visit) (receipt.Result, error) {
		return p.tryReadableIDs(v, cmd, title)
	})
}

// tryReadableIDs decides the command with an id that is free, and again with another id if
// somebody else takes that one first. A request that is sent again has the id that it
// got the first time.
func (p *Pages) tryReadableIDs(v *site.Visit, cmd *courses.DefineCourse, title string) (receipt.Result, error) {
	for {
		first, repeated, err := p.decisions.FirstFact(v.Context(), v.Key())
		if err != nil {
			return receipt.Result{}, err
		}
		if defined, ok := first.(courses.CourseDefined); ok {
			cmd.Course = defined.Course
		} else if cmd.Course, err = p.freeCourseID(v.Context(), cmd.Title); err != nil {
			return receipt.Result{}, err
		}
		record, err := p.decisions.Take(v, *cmd, title)
		switch {
		case errors.Is(err, courses.ErrCourseExists): // somebody else took the id a moment ago
		case errors.Is(err, courses.ErrRequestReused) && !repeated: // the same request came twice, and the other was faster
		default:
			return p.decisions.Settle(v, record, err)
		}
	}
}

var whyDefineCourse = ui.Idea{
	Text: "An id that nobody may use twice needs no table with a unique index: the decision reads whether the id is taken, and is stored only if nobody took it meanwhile. " +
		"If two want the same id at the same moment, one gets it, and the other is told that it is taken.",
	URL: story.SourceURL("domain/courses/define_course.go", "DefineCourse.decide"), Words: "The rules for a new course",
}
