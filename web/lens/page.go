package lens

import (
	"cmp"
	"context"
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

	asked
	Head     int64  // the last position that the decision would read
	Request  string // the key of the form, so that it is the rehearsed decision that is sent
	Drawings []drawingLink
	Board    switchboard

	Says     verdict
	Knew     story.Knowledge
	Strip    strip
	Boundary story.BoundaryView
	Possible []possible // what others could do first
	Counted  counted
	Rivals   rival.View // who can be let in before the decision is sent; without an address if nobody may
}

// asked is what the address asks for, beside the course.
type asked struct {
	Who, Give string // ids, or ""
	By        string // the name of a drawing; "" is the exact one
	Draw      string // the switches that are turned from there
	Put       string // the name of the event on the strip, or ""
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
	asked, drawing, err := askedIn(v)
	if err != nil {
		return err
	}
	course := courses.CourseID(v.ID("course"))
	view := pageView{CourseID: string(course), Find: v.Search(), asked: asked}
	var surroundings Surroundings
	var choice readmodel.Page[readmodel.Student]
	view.Layout, err = v.Page(titleOf(asked.Give), site.SectionCourses, func(ask *readmodel.Questions, v site.Visitor) {
		surroundings.Ask(ask, cmp.Or(courses.StudentID(asked.Who), v.Acting), course, courses.CourseID(asked.Give))
		ask.Students(&choice, view.Find, readmodel.Cursor{}, site.MostToChoose)
	})
	switch {
	case err != nil:
		return err
	case surroundings.Course.ID == "", surroundings.Given.ID == "" && asked.Give != "":
		return courses.ErrNoSuchCourse
	case surroundings.Student.ID == "" && asked.Who != "":
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
		if view.Counted, err = p.count(v.Context(), view.Head); err != nil {
			return err
		}
	}
	if err := p.rivalsOf(v, &view); err != nil {
		return err
	}
	v.Did(&view.Layout, site.UsedLens)
	return v.Render(http.StatusOK, lensPage(view))
}

// askedIn reads the address. Each part of it may stand there once.
func askedIn(v *site.Visit) (asked, Drawing, error) {
	var a asked
	for name, field := range map[string]*string{"student": &a.Who, "give": &a.Give, "by": &a.By, "draw": &a.Draw, "put": &a.Put} {
		value, err := v.Only(name)
		if err != nil {
			return a, Drawing{}, err
		}
		*field = value
	}
	drawing, known := FindDrawing(cmp.Or(a.By, Drawings()[0].Name))
	if !known {
		return a, drawing, site.BadRequest(
			http.StatusBadRequest,
			"There is no such way to draw a boundary. It is by type-and-tag, tag or stream.",
		)
	}
	return a, drawing, nil
}

// name fills in the student and the courses that the page is about, and what else could be chosen.
func (v *pageView) name(s *Surroundings, students []readmodel.Student) {
	v.Path, v.Course, v.Choice = pageURL(s.Course.ID), s.Course.Called(), site.StudentsOf(students)
	v.Student = ui.Option{ID: string(s.Student.ID), Name: s.Student.Called()}
	v.You = s.Student.ID == v.Acting.ID
	v.Given = ui.Option{ID: string(s.Given.ID), Name: s.Given.Called()}
	v.Seats = s.otherSeats()
}

// lookThrough rehearses the decision on the log as it is now, and fills in the view. The
// rehearsed command has the key of the form on the page, so its boundary is exactly the one
// of the decision that the form asks for.
func (p *Pages) lookThrough(ctx context.Context, v *pageView, drawing Drawing, surroundings *Surroundings) error {
	rehearsal, err := NewRehearsal(ctx, p.PageLog(ctx))
	if err != nil {
		return err
	}
	v.Head, v.Request = rehearsal.Position(), site.NewRequest()
	decision, err := rehearsal.Try(ctx, v.command())
	if err != nil {
		return err
	}
	s := switchesOf(decision.Condition, drawing.For(surroundings.Course.ID).Of(decision.Condition))
	if err := cmp.Or(s.turn(v.Draw), checkPut(v.Put, surroundings.Neighbours())); err != nil {
		return err
	}
	near, _, err := rehearsal.ReadSince(ctx, s.widest(), dcb.Checkpoint{})
	if err != nil {
		return err
	}
	all, err := checkAll(ctx, rehearsal, surroundings.Neighbours(), s.query(), decision.Condition)
	if err != nil {
		return err
	}
	tags := slices.Concat(story.ChangedBy(v.command()), ownTags(decision.Condition), nearOf(near), story.TagsOf(decision.Events), tagsIn(all))
	names, err := p.Names(ctx, tags...)
	if err != nil {
		return err
	}
	v.nameDrawing(s)
	v.show(names, s, near, decision, all)
	return nil
}

// nameDrawing has the address name the drawing in the shortest way, and fills in the links to all
// drawings.
func (v *pageView) nameDrawing(s switches) {
	for i, d := range Drawings() {
		current := s.standsAs(d.For(courses.CourseID(v.CourseID)).Of(s.exact))
		if current {
			s.rebase()
			if v.By = d.Name; i == 0 {
				v.By = ""
			}
		}
		to := url.Values{"student": {v.Student.ID}, "by": {d.Name}}
		if v.Swaps() {
			to.Set("give", v.Given.ID)
		}
		if v.Put != "" {
			to.Set("put", v.Put)
		}
		v.Drawings = append(v.Drawings, drawingLink{d.Title, v.Path + "?" + to.Encode(), current})
	}
	v.Draw = s.address(-1, nil)
}

// show fills in the picture, and what it says.
func (v *pageView) show(names readmodel.Names, s switches, near []dcb.Event, decision Decision, all []possible) {
	for i := range all {
		all[i].words = story.Words(names, all[i].event().Type, all[i].event().Data)
		all[i].refused = decision.Refusal != nil
	}
	v.Possible = all
	put := putIn(v.Possible, v.Put)
	v.Board = s.board(names, courses.StudentID(v.Student.ID))
	v.Strip = stripOf(names, s, near, v.Head, decision.Events, put)
	v.Says = v.verdict(names, decision)
	if put != nil {
		v.Says = put.says(names, v.Possessive(), v.Says)
	}
	v.Knew = story.KnowledgeOf(decision.Receipt.Attempts)
	v.Boundary.List(names, s.query().Items(), decision.Receipt.Last())
}

var whyLens = ui.Idea{
	Text: "A boundary is a query that the decision states, so what it will read and who would conflict with it can be told before anything is sent. " +
		"If you draw the boundary larger, others get in the way who changed nothing that matters. If you draw it smaller, a rule may break.",
	URL: story.SourceURL("dcb/query.go", "Query.Matches"), Words: "What a query matches",
}
