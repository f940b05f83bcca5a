package site

import (
	"go-crablet/domain/courses"
	"go-crablet/web/ui"
)

// An Access decides whether a visitor may use a route. Its error is a [Denial], or says that
// the visitor could not be found out. The route table names the rule of every route. There is
// one other rule: a race keeps its course and its students to itself.
type Access func(*Visit) error

// Anyone lets every visitor use a route.
func Anyone(*Visit) error { return nil }

// OnlyTheRegistrar lets the registrar use a route.
func OnlyTheRegistrar(v *Visit) error {
	who, err := v.Visitor()
	if who.Registrar || err != nil {
		v.by = courses.TheRegistrar
		return err
	}
	return Denial(
		"Only the registrar does this",
		"Whoever knows the passcode can be the registrar.",
		ui.Link{URL: "/registrar", Words: "Sign in as the registrar"},
	)
}

// OnlyThemselves lets students use a route for themselves, and the registrar for every student.
// Whoever acts as the student and is the registrar, too, acts as the student.
func OnlyThemselves(v *Visit) error {
	who, err := v.Visitor()
	switch {
	case err != nil:
		return err
	case who.Acting != "" && v.StudentOf(who) == who.Acting:
		v.by = courses.TheStudent(who.Acting)
		return nil
	case who.Registrar:
		v.by = courses.TheRegistrar
		return nil
	case who.Acting == "":
		return Denial(
			"Who are you?",
			"Students do this for themselves. First choose a student to act as.",
			ui.Link{URL: "/students", Words: "Choose who you are"},
		)
	default:
		return Denial(
			"Only for yourself",
			"You act as one student, and this form is about another. Act as that student, or ask the registrar.",
			ui.Link{URL: "/students", Words: "Act as somebody else"},
		)
	}
}

// noteActor notes in the context of the request who asks. What the request appends names that
// actor. Forms of pages name the visitor whom they were made for; a program leaves that out.
func (v *Visit) noteActor() error {
	by := v.by
	switch {
	case !v.R.PostForm.Has(madeForField):
		by = courses.AProgram
	case by == "":
		who, err := v.Visitor()
		if err != nil {
			return err
		}
		by = courses.AVisitor
		if who.Registrar {
			by = courses.TheRegistrar
		}
	}
	v.R = v.R.WithContext(by.Noted(v.Context()))
	return nil
}

// StudentOf returns the student whom a request is about: the student in its address, else the
// student in its form, else the student whom the visitor acts as. Rules and handlers both ask
// here, so they can't mean different students.
func (v *Visit) StudentOf(who Visitor) courses.StudentID {
	if id := v.ID("student"); id != "" {
		return courses.StudentID(id)
	}
	if id := v.Text("student").Value; id != "" {
		return courses.StudentID(id)
	}
	return who.Acting
}
