package lens

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/rival"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A pageView is what a subscription or a swap will read, before anything is sent.
type pageView struct {
	site.Layout
	CourseID, Course string
	Student          ui.Option   // the zero option until one is chosen
	You              bool        // the visitor acts as the student
	Given            ui.Option   // the course that a swap gives back; the zero option for a subscription
	Seats            []ui.Option // the student's other courses, any of which may be given back
	Choice           []ui.Option
	Find             string // what students were searched for

	Head     int64  // the last position that the decision would read
	Request  string // the key of the form, so that it is the rehearsed decision that is sent
	Drawings []drawingLink
	Drawing  drawingWords
	By       string // the name of the drawing, for forms

	Would    ui.Outcome
	Verdict  story.Verdict
	Knew     story.Knowledge
	Caption  string
	Strip    story.Strip
	Boundary story.BoundaryView
	Inside   []insideLine // the last events inside the boundary, the latest first
	Earlier  int          // how many more are inside

	Conflicts, Passes []neighbourView // what others could do, by whether it conflicts
	Counted           counted
	Rivals            rival.View // who can be let in before the decision is sent; without an address if nobody may
}

// A drawingLink leads to the page under one drawing of the boundary.
type drawingLink struct {
	Title, URL string
	Current    bool
}

func pageURL(course courses.CourseID) string { return story.CourseURL(course) + "/boundary" }

// OfCourse is the page on what subscribing to a course will read. The address names the
// student; without one it is the student that the visitor acts as. If there is none either,
// the page asks for one. If the address names a course to give back, the page is on what that
// swap will read.
func (p *Pages) OfCourse(v *site.Visit) error {
	drawing, err := drawingIn(v)
	if err != nil {
		return err
	}
	who, err := v.Only("student")
	if err != nil {
		return err
	}
	given, err := v.Only("give")
	if err != nil {
		return err
	}
	course := courses.CourseID(v.ID("course"))
	view := pageView{CourseID: string(course), Find: v.Search()}
	var surroundings Surroundings
	var choice readmodel.Page[readmodel.Student]
	view.Layout, err = v.Page(titleOf(given), site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		surroundings.Ask(ask, cmp.Or(courses.StudentID(who), v.Acting), course, courses.CourseID(given))
		ask.Students(&choice, view.Find, readmodel.Cursor{}, site.MostToChoose)
	})
	switch {
	case err != nil:
		return err
	case surroundings.Course.ID == "", surroundings.Given.ID == "" && given != "":
		return courses.ErrNoSuchCourse
	case surroundings.Student.ID == "" && who != "":
		return courses.ErrNoSuchStudent
	}
	view.name(&surroundings, choice.Rows)
	if surroundings.Student.ID == "" {
		return v.Render(http.StatusOK, studentChoicePage(view))
	}
	view.Topics = []site.Topic{site.TopicLog} // any event changes the page: it counts those outside the boundary, too
	if err := p.lookThrough(v.Context(), &view, drawing, &surroundings); err != nil {
		return err
	}
	if !v.IsRefetch() && !view.Swaps() { // what is counted is subscriptions; counting takes longer than all the rest, and the page says up to where it counted
		if view.Counted, err = p.count(v.Context(), view.Head, drawing); err != nil {
			return err
		}
	}
	if err := p.rivalsOf(v, &view); err != nil {
		return err
	}
	v.Did(&view.Layout, site.UsedLens)
	return v.Render(http.StatusOK, lensPage(view))
}

// name fills in the student and the courses that the page is about, and what else could be chosen.
func (v *pageView) name(s *Surroundings, students []readmodel.Student) {
	v.Path, v.Course, v.Choice = pageURL(s.Course.ID), s.Course.Called(), site.StudentsOf(students)
	v.Student = ui.Option{ID: string(s.Student.ID), Name: s.Student.Called()}
	v.You = s.Student.ID == v.Acting.ID
	v.Given = ui.Option{ID: string(s.Given.ID), Name: s.Given.Called()}
	v.Seats = s.otherSeats()
}

// drawingIn returns the drawing that the address names. Without a name it is the exact one.
func drawingIn(v *site.Visit) (Drawing, error) {
	name, err := v.Only("by")
	if name == "" || err != nil {
		return Drawings()[0], err
	}
	drawing, known := FindDrawing(name)
	if !known {
		return drawing, site.BadRequest(
			http.StatusBadRequest,
			"There is no such way to draw a boundary. It is by type-and-tag, tag or stream.",
		)
	}
	return drawing, nil
}

// lookThrough rehearses the decision on the log as it is now, and fills in the view. The
// rehearsed command has the key of the form on the page, so its boundary is exactly the one
// of the decision that the form asks for.
func (p *Pages) lookThrough(ctx context.Context, v *pageView, drawing Drawing, surroundings *Surroundings) error {
	rehearsal, err := NewRehearsal(ctx, p.PageLog())
	if err != nil {
		return err
	}
	v.Head, v.Request, v.By = rehearsal.Position(), site.NewRequest(), drawing.Name
	decision, err := rehearsal.Try(ctx, v.command())
	if err != nil {
		return err
	}
	drawn, inside := drawing.For(surroundings.Course.ID).Of(decision.Condition), decision.Read
	if !drawing.Exact() {
		if inside, _, err = rehearsal.ReadSince(ctx, drawn, dcb.Checkpoint{}); err != nil {
			return err
		}
	}
	checks, err := checkAll(ctx, rehearsal, surroundings.Neighbours(), drawn, decision.Condition)
	if err != nil {
		return err
	}
	tags := slices.Concat(story.ChangedBy(v.command()), story.TagsOf(lastOf(inside, mostInside)), story.TagsOf(decision.Events), tagsIn(checks))
	names, err := p.Names(ctx, tags...)
	if err != nil {
		return err
	}
	v.draw(names, drawing, drawn, inside, decision)
	v.Drawing = v.drawingWords(drawing, checks)
	v.fillNeighbours(names, checks)
	return nil
}

// draw fills in the boundary, and the events inside.
func (v *pageView) draw(names readmodel.Names, drawing Drawing, drawn dcb.Query, inside []dcb.Event, decision Decision) {
	attempt := decision.Receipt.Last()
	for _, d := range Drawings() {
		query := url.Values{"student": {v.Student.ID}, "by": {d.Name}}
		if v.Swaps() {
			query.Set("give", v.Given.ID)
		}
		v.Drawings = append(v.Drawings, drawingLink{d.Title, v.Path + "?" + query.Encode(), d.Name == drawing.Name})
	}
	v.Would, v.Verdict = v.verdict(names, decision)
	v.Knew = story.KnowledgeOf(decision.Receipt.Attempts)
	v.Boundary.List(names, drawn.Items(), attempt)
	v.Caption = fmt.Sprintf("%d %s inside the boundary, of %d in the log.", len(inside), ui.Plural(len(inside), "event is", "events are"), v.Head)
	v.Strip = stripBefore(names, inside, v.Head, decision.Events)
	shown := lastOf(inside, mostInside)
	v.Inside, v.Earlier = insideLines(names, shown), len(inside)-len(shown)
}

var whyLens = ui.Idea{
	Text: "A boundary is a query that the decision states, so what it will read and who would conflict with it can be told before anything is sent. " +
		"Drawn larger, others get in the way who changed nothing that matters; drawn smaller, a rule may break.",
	URL: story.SourceURL("dcb/query.go", "Query.Matches"), Words: "What a query matches",
}
