package site

import (
	"go-crablet/domain/courses"
	"go-crablet/web/ui"
)

// An Access is a rule of who may use a route. Its error is a denial, or it could not be
// found out who asks. The route table names the rule of every route, and nothing else
// decides who may, except that a race keeps its course and its students to itself; see
// leaveToRace.
type Access func(*Visit) error

func Anyone(*Visit) error { return nil }

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

// OnlyThemselves lets students do for themselves what the registrar does for all.
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

// StudentOf returns the student whom a request is about: the one in its address,
// else the one whom its form names, else the one whom the visitor acts as. Rules
// and handlers both ask here, so they can't mean different students.
func (v *Visit) StudentOf(who Visitor) courses.StudentID {
	if id := v.ID("student"); id != "" {
		return courses.StudentID(id)
	}
	if id := v.Text("student").Value; id != "" {
		return courses.StudentID(id)
	}
	return who.Acting
}
