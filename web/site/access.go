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
		return err
	}
	return Denial(
		"Only the registrar does this",
		"Whoever knows the passcode can be the registrar.",
		ui.Link{URL: "/registrar", Words: "Sign in as the registrar"},
	)
}

// OnlyThemselves lets students use a route for themselves, and the registrar for every student.
func OnlyThemselves(v *Visit) error {
	who, err := v.Visitor()
	switch {
	case who.Registrar || err != nil:
		return err
	case who.Acting == "":
		return Denial(
			"Nobody is acting",
			"Students do this for themselves. Choose first whom you act as.",
			ui.Link{URL: "/students", Words: "Choose who you are"},
		)
	case v.StudentOf(who) != who.Acting:
		return Denial(
			"Only for oneself",
			"You act as one student, and this is about another. Act as that one, or leave it to the registrar.",
			ui.Link{URL: "/students", Words: "Act as somebody else"},
		)
	default:
		return nil
	}
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
