package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lens"
	"go-crablet/readmodel"
)

// A lensView is what subscribing will read, looked at before anything is sent.
type lensView struct {
	layout
	CourseID, Course string
	Student          student // the zero student when it has to be chosen first
	You              bool    // the student is the one whom the visitor acts as
	Choice           []student
	Find             string // a student

	Head     int64 // the log that the decision would read ends here
	Request  string
	Drawings []drawingLink
	Drawing  drawingWords
	By       string // the name of the drawing, for forms

	Would    outcome
	Verdict  verdict
	Knew     knowledge
	Caption  string
	Strip    strip
	Boundary boundaryView
	Inside   []insideLine // the last of them, the latest first
	Earlier  int          // how many more there are

	Conflicts, Passes []meetingView
	Counted           counted
}

// A drawingLink leads to the page under one drawing of the boundary.
type drawingLink struct {
	Title, URL string
	Current    bool
}

// A look is what the page needs of the read model.
type look struct {
	student    readmodel.Student
	course     readmodel.Course
	neighbours []lens.Neighbour
}

func lensURL(course courses.CourseID) string { return courseURL(course) + "/boundary" }

// lens is the page on what subscribing to a course will read: for the student that the
// address names, else for the one whom the visitor acts as.
func (s *server) lens(w http.ResponseWriter, r *http.Request) error {
	drawing, err := drawingIn(r)
	if err != nil {
		return err
	}
	who, err := only(r, "student")
	if err != nil {
		return err
	}
	course := courses.CourseID(r.PathValue("course"))
	view := lensView{CourseID: string(course), Find: searchOf(r)}
	var seen look
	view.layout, err = s.visit(w, r, "What will subscribing read?", sectionCourses, func(term *readmodel.Term, l layout) error {
		return view.ask(r.Context(), term, l, courses.StudentID(who), course, &seen)
	})
	if err != nil {
		return err
	}
	view.Path, view.Course = lensURL(course), seen.course.Title
	if seen.student.ID == "" {
		return render(w, r, http.StatusOK, lensChoicePage(view))
	}
	view.Student = student{string(seen.student.ID), seen.student.Name}
	view.You = seen.student.ID == view.Acting.ID
	view.Topics = []topic{topicLog} // what lies outside the boundary is counted, too
	if err := s.lookThrough(r.Context(), &view, drawing, seen); err != nil {
		return err
	}
	if !isRefetch(r) { // it takes longer than all the rest, and says up to where it counted
		if view.Counted, err = s.count(r.Context(), view.Head, drawing); err != nil {
			return err
		}
	}
	s.did(w, r, &view.layout, usedLens)
	return render(w, r, http.StatusOK, lensPage(view))
}

// drawingIn returns the drawing that an address asks for, the exact one if it asks for none.
func drawingIn(r *http.Request) (lens.Drawing, error) {
	name, err := only(r, "by")
	if name == "" || err != nil {
		return lens.Drawings()[0], err
	}
	drawing, known := lens.FindDrawing(name)
	if !known {
		return drawing, badRequest{
			http.StatusBadRequest,
			"There is no such way to draw a boundary. It is by type-and-tag, tag or stream.",
		}
	}
	return drawing, nil
}

// only returns a parameter of the address, which may stand there once.
func only(r *http.Request, name string) (string, error) {
	values := r.URL.Query()[name]
	switch len(values) {
	case 0:
		return "", nil
	case 1:
		return values[0], nil
	default:
		return "", badRequest{
			http.StatusBadRequest,
			"The address says " + name + " more than once, and it can't be told which one counts. Say it once.",
		}
	}
}

// ask fills in who could be chosen, and finds who and what the page is about.
func (v *lensView) ask(ctx context.Context, term *readmodel.Term, l layout, who courses.StudentID, course courses.CourseID, seen *look) error {
	var known bool
	var err error
	if seen.course, known, err = term.Course(ctx, course); err != nil {
		return err
	}
	if !known {
		return courses.ErrNoSuchCourse
	}
	found, err := term.Students(ctx, v.Find, readmodel.Cursor{}, mostToChoose)
	if err != nil {
		return err
	}
	for _, s := range found.Rows {
		v.Choice = append(v.Choice, student{string(s.ID), s.Name})
	}
	if who == "" {
		who = l.Acting.ID
	}
	if who == "" {
		return nil
	}
	if seen.student, known, err = term.Student(ctx, who); err != nil {
		return err
	}
	if !known {
		return courses.ErrNoSuchStudent
	}
	seen.neighbours, err = lens.Neighbours(ctx, term, seen.student, seen.course)
	return err
}

// lookThrough rehearses the decision, on the log as it is now, and fills in what there is
// to see. It has the key of the form that the page sends, so the boundary is that of the
// decision that will be taken, to the last item.
func (s *server) lookThrough(ctx context.Context, v *lensView, drawing lens.Drawing, seen look) error {
	rehearsal, err := lens.NewRehearsal(ctx, s.pageLog())
	if err != nil {
		return err
	}
	v.Head, v.Request, v.By = rehearsal.Position(), newRequest(), drawing.Name
	cmd := courses.SubscribeStudent{Student: seen.student.ID, Course: seen.course.ID, Request: courses.RequestID(v.Request)}
	decision, err := rehearsal.Try(ctx, cmd)
	if err != nil {
		return err
	}
	drawn, inside := drawing.Of(decision.Condition), decision.Read
	if !drawing.Exact() {
		if inside, _, err = rehearsal.ReadSince(ctx, drawn, dcb.Checkpoint{}); err != nil {
			return err
		}
	}
	met, err := meetAll(ctx, rehearsal, seen.neighbours, drawn, decision.Condition)
	if err != nil {
		return err
	}
	names, err := s.names(ctx, append(tagsOf(lastOf(inside, mostInside)), tagsMet(met)...)...)
	if err != nil {
		return err
	}
	v.draw(names, drawing, drawn, inside, decision)
	v.meet(names, met)
	return nil
}

// draw fills in the boundary and what lies inside.
func (v *lensView) draw(names readmodel.Names, drawing lens.Drawing, drawn dcb.Query, inside []dcb.Event, decision lens.Decision) {
	attempt := decision.Receipt.Last()
	for _, d := range lens.Drawings() {
		query := url.Values{"student": {v.Student.ID}, "by": {d.Name}}
		v.Drawings = append(v.Drawings, drawingLink{d.Title, v.Path + "?" + query.Encode(), d.Name == drawing.Name})
	}
	v.Drawing = wordsOfDrawing(drawing, v.Student.Name, v.Course)
	v.Would, v.Verdict = v.verdict(decision)
	v.Knew = knowledgeOf(decision.Receipt.Attempts)
	v.Boundary.list(names, drawn.Items(), attempt)
	v.Caption = fmt.Sprintf("%d %s inside the boundary, of %d in the log.", len(inside), plural(len(inside), "event is", "events are"), v.Head)
	v.Strip = stripBefore(names, inside, v.Head, decision.Events)
	shown := lastOf(inside, mostInside)
	v.Inside, v.Earlier = insideLines(names, shown), len(inside)-len(shown)
}

// lastOf returns the last of some events, at most so many.
func lastOf(events []dcb.Event, most int) []dcb.Event { return events[max(0, len(events)-most):] }
