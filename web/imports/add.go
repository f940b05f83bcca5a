package imports

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/domain/courses"
	"go-crablet/intake"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A form is what is put in to import a list.
type form struct {
	Kind  intake.Kind
	Lines ui.Field // as they were pasted; its error is about a file, too
}

// Add reads a list, tries every line out, and leads to the preview. Nothing but the list is
// stored.
func (p *Pages) Add(v *site.Visit) error {
	f := form{Kind: intake.Kind(v.Text("kind").Value), Lines: ui.Field{Value: v.R.PostFormValue("lines")}}
	if !f.Kind.Known() {
		return site.BadRequest(http.StatusUnprocessableEntity, "The form does not say what the lines are. Send the field kind: students, courses or enrolments.")
	}
	file, err := f.content(v)
	if err != nil {
		return p.explain(v, f, err)
	}
	id := intake.NewID()
	list, err := intake.Read(id, f.Kind, file, ids)
	if err != nil {
		return p.explain(v, f, err)
	}
	if err := p.tryOut(v, &list); err != nil {
		return err
	}
	if err := p.imports.Add(v.Context(), id, list); err != nil {
		return err
	}
	return v.Redirect(importURL(id))
}

// content returns the file that was chosen, or the lines that were pasted.
func (f form) content(v *site.Visit) ([]byte, error) {
	file, err := v.File("file")
	switch {
	case err != nil:
		return nil, err
	case len(file) > 0 && f.Lines.Value != "":
		return nil, intake.Problem("The form has a file and pasted lines. Send only one of the two.")
	case len(file) == 0 && f.Lines.Value == "":
		return nil, intake.Problem("Choose a file that is not empty, or paste the lines.")
	case len(file) > 0:
		return file, nil
	default:
		return []byte(f.Lines.Value), nil
	}
}

// explain shows the form again, with the problem of a list that can't be read.
func (p *Pages) explain(v *site.Visit, f form, err error) error {
	problem, ok := errors.AsType[intake.Problem](err)
	if !ok {
		return err
	}
	f.Lines.Error, f.Lines.Focus = problem.Error(), true
	return p.showList(v, http.StatusUnprocessableEntity, f)
}

// tryOut says at each line what it would do. Two rules are not in the domain: an id has to differ
// from others in more than case, and a race keeps its course and its students to itself.
func (p *Pages) tryOut(v *site.Visit, list *intake.List) error {
	if err := intake.Try(v.Context(), v.Log, list); err != nil {
		return err
	}
	if err := p.refuseOtherCase(v, list); err != nil {
		return err
	}
	for i := range list.Lines {
		line := &list.Lines[i]
		if line.State != intake.New {
			continue
		}
		err := p.decisions.DenyDuringRace(v.Context(), line.Command(list.Kind))
		if denial, ok := errors.AsType[site.Problem](err); ok {
			line.Verdict = intake.Verdict{State: intake.Refused, Why: strings.TrimSuffix(denial.Text, ".")}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// refuseOtherCase refuses new ids that differ only in case from ids that are taken. The forms do
// the same; catalogue/readable_id.go says how sure that is.
func (p *Pages) refuseOtherCase(v *site.Visit, list *intake.List) error {
	var ask readmodel.Questions
	studentIDs, courseIDs := make([]courses.StudentID, len(list.Lines)), make([]courses.CourseID, len(list.Lines))
	for i, line := range list.Lines {
		switch {
		case line.State != intake.New:
		case list.Kind == intake.Students:
			ask.StudentInAnyCase(&studentIDs[i], line.Student)
		case list.Kind == intake.Courses:
			ask.CourseInAnyCase(&courseIDs[i], line.Course)
		}
	}
	if _, err := p.Terms.Ask(v.Context(), &ask); err != nil {
		return err
	}
	for i := range list.Lines {
		line := &list.Lines[i]
		taken, id := string(studentIDs[i])+string(courseIDs[i]), string(line.Student)+string(line.Course)
		if taken != "" && taken != id {
			line.Verdict = intake.Verdict{State: intake.Refused, Why: "the id " + taken + " is taken, and differs from this one only in case"}
		}
	}
	return nil
}
