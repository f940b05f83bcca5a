package decisions

import (
	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/rival"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// LetInBeforeHeld lets a student get in before a decision that the visitor holds.
func (p *Pages) LetInBeforeHeld(v *site.Visit) error {
	condition, page, err := p.Held.Awaited(v)
	if err != nil {
		return err
	}
	return p.letIn(v, condition, page)
}

// LetInBeforeSent lets a student get in before a decision that the visitor looks at through the
// lens, and has not sent yet.
func (p *Pages) LetInBeforeSent(v *site.Visit) error {
	student, course, given := courses.StudentID(v.Text("student").Value), courses.CourseID(v.ID("course")), courses.CourseID(v.Text("give").Value)
	switch {
	case !course.Valid() || given != "" && !given.Valid():
		return courses.ErrNoSuchCourse
	case !student.Valid():
		return courses.ErrNoSuchStudent
	}
	var cmd dcb.Command = courses.SubscribeStudent{Student: student, Course: course}
	if given != "" {
		cmd = courses.SwapSeats{Student: student, From: given, To: course}
	}
	condition, err := rival.ConditionOf(v.Context(), p.Log, cmd)
	if err != nil {
		return err
	}
	return p.letIn(v, condition, v.CameFrom(story.CourseURL(course)+"/boundary"))
}

// letIn carries out what a student does, at once: this decision is not held. The form names the
// student, and says whether the student gets inside the boundary with the condition or stays
// outside it.
func (p *Pages) letIn(v *site.Visit, condition dcb.Query, page string) error {
	first, err := p.firstResult(v.Context(), v.Key())
	switch {
	case err != nil:
		return err
	case first.RepeatOf > 0: // the form came twice
		return v.Done(first, page)
	}
	pair, err := rival.Find(v.Context(), p.Site, condition, courses.StudentID(v.Text("rival").Value))
	if err != nil {
		return err
	}
	chosen, err := rival.Chosen(v, pair, page)
	if err != nil {
		return err
	}
	cmd := chosen.Command(v.Key())
	if err := p.DenyDuringRace(v.Context(), cmd); err != nil {
		return err
	}
	names, err := p.Names(v.Context(), chosen.Student.Tag())
	if err != nil {
		return err
	}
	record, err := p.Take(v, cmd, names.Stored(chosen.Student)+" "+chosen.Does)
	result, err := p.Settle(v, record, err)
	if err != nil {
		return site.WithReceipt(result.ReceiptID, err)
	}
	return v.Done(result, page)
}
