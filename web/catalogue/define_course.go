package catalogue

import (
	"context"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type defineCourseView struct {
	site.Layout
	Course, Heading, Capacity ui.Field
}

// DefineCourseForm is the page with the empty form.
func (p *Pages) DefineCourseForm(v *site.Visit) error {
	return p.showDefineCourse(v, http.StatusOK, defineCourseView{Capacity: ui.Field{Value: "20"}})
}

func (p *Pages) showDefineCourse(v *site.Visit, status int, view defineCourseView) error {
	notice := view.Notice
	var err error
	if view.Layout, err = v.Page("Define a course", site.SectionCourses, nil); err != nil {
		return err
	}
	view.Path = "/"
	if notice != nil {
		view.Notice = notice
	}
	return v.Render(status, defineCoursePage(view))
}

// DefineCourse carries the form out. An empty id is made of the title.
func (p *Pages) DefineCourse(v *site.Visit) error {
	view := defineCourseView{Course: v.Text("course"), Heading: v.Text("title"), Capacity: v.Text("capacity")}
	cmd := courses.DefineCourse{
		Course: courses.CourseID(view.Course.Value), Title: view.Heading.Value, Capacity: view.Capacity.Number(noCapacity()), Request: v.Key(),
	}
	if !courses.ValidText(cmd.Title) {
		view.Heading.Error = ui.Sentence(courses.ErrTitleInvalid.Error())
	}
	if cmd.Course != "" && !cmd.Course.Valid() {
		view.Course.Error = ui.Sentence(courses.ErrCourseIDInvalid.Error())
	}
	if ui.FocusFirst(&view.Heading, &view.Capacity, &view.Course) {
		return p.showDefineCourse(v, http.StatusUnprocessableEntity, view)
	}

	result, err := p.decideDefinition(v, &cmd)
	if refusal, field := fieldOf(err); field != "" {
		switch field {
		case "course":
			view.Course.Error = ui.Sentence(refusal.Error())
		case "title":
			view.Heading.Error = ui.Sentence(refusal.Error())
		case "capacity":
			view.Capacity.Error = ui.Sentence(refusal.Error())
		}
		ui.FocusFirst(&view.Heading, &view.Capacity, &view.Course)
		if n, ok := site.NoticeOf(result.ReceiptID, refusal); ok {
			view.Notice = &n
		}
		return p.showDefineCourse(v, site.StatusOf(refusal), view)
	}
	if n, ok := site.NoticeOf(result.ReceiptID, err); ok {
		view.Notice = &n
		return p.showDefineCourse(v, http.StatusConflict, view)
	}
	if err != nil {
		return site.WithReceipt(result.ReceiptID, err)
	}
	return v.Done(result, story.CourseURL(cmd.Course))
}

// decideDefinition decides the command, and gives it an id if it has none.
func (p *Pages) decideDefinition(v *site.Visit, cmd *courses.DefineCourse) (receipt.Result, error) {
	title := cmd.Title + " is put on offer"
	if cmd.Course != "" {
		return p.decisions.Decide(v, *cmd, title)
	}
	return p.decideWithReadableID(v, title, courses.ErrCourseExists, func(ctx context.Context, before dcb.Fact) (dcb.Command, error) {
		if defined, ok := before.(courses.CourseDefined); ok {
			cmd.Course = defined.Course
			return *cmd, nil
		}
		id, err := p.freeID(ctx, cmd.Title, "course", func(id string) dcb.Query {
			return courses.CourseExists(courses.CourseID(id)).Query()
		})
		cmd.Course = courses.CourseID(id)
		return *cmd, err
	})
}

var whyDefineCourse = ui.Idea{
	Text: "An id that nobody may use twice needs no table with a unique index: the decision reads whether the course was defined, and nobody may define it behind its back. " +
		"Of two who want the same id at the same moment one gets it, and the other is told that it is taken.",
	URL: story.SourceURL("domain/courses/define_course.go", "DefineCourse.decide"), Words: "The rules for a new course",
}
