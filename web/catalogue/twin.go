package catalogue

import (
	"context"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// Two courses may have the same title, and two students the same name. Mostly that is a
// mistake, so the form for a new one asks, once for each title or name. Its field "twin" is
// the one that it asked about last, or empty. Forms of scripts leave the field out, and are
// not asked.

// askAboutTwin sets the error of a field if somebody else is called that and the form has not
// asked yet. A request that was carried out before is not asked about itself.
func (p *Pages) askAboutTwin(v *site.Visit, called *ui.Field, find func(context.Context, string) (id string, err error)) error {
	if !v.R.PostForm.Has("twin") || v.Text("twin").Value == called.Value {
		return nil
	}
	if _, repeated, err := p.decisions.FirstFact(v.Context(), v.Key()); repeated || err != nil {
		return err
	}
	id, err := find(v.Context(), called.Value)
	if id != "" {
		called.Error = id + " is called that already. Is yours another one? Then send it again."
	}
	return err
}

// courseCalled returns the id of a course with a title, or "".
func (p *Pages) courseCalled(ctx context.Context, title string) (string, error) {
	var ask readmodel.Questions
	var course courses.CourseID
	ask.CourseCalled(&course, title)
	_, err := p.Terms.Ask(ctx, &ask)
	return string(course), err
}

// studentCalled returns the id of a student with a name, or "".
func (p *Pages) studentCalled(ctx context.Context, name string) (string, error) {
	var ask readmodel.Questions
	var student courses.StudentID
	ask.StudentCalled(&student, name)
	_, err := p.Terms.Ask(ctx, &ask)
	return string(student), err
}
