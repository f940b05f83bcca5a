package web

import (
	"go-crablet/domain/courses"
	"go-crablet/web/ui"
)

// An access is a rule of who may use a route. Its error is a denial, or it could not be
// found out who asks. The route table names the rule of every route, and nothing else
// decides who may, except that a race keeps its course and its students to itself; see
// leaveToRace.
type access func(*visit) error

func anyone(*visit) error { return nil }

func onlyTheRegistrar(v *visit) error {
	who, err := v.visitor()
	if who.Registrar || err != nil {
		return err
	}
	return denial(
		"Only the registrar does this",
		"Whoever knows the passcode can be the registrar.",
		ui.Link{URL: "/registrar", Words: "Sign in as the registrar"},
	)
}

// onlyThemselves lets students do for themselves what the registrar does for all.
func onlyThemselves(v *visit) error {
	who, err := v.visitor()
	switch {
	case who.Registrar || err != nil:
		return err
	case who.Acting == "":
		return denial(
			"Nobody is acting",
			"Students do this for themselves. Choose first whom you act as.",
			ui.Link{URL: "/students", Words: "Choose who you are"},
		)
	case v.studentOf(who) != who.Acting:
		return denial(
			"Only for oneself",
			"You act as one student, and this is about another. Act as that one, or leave it to the registrar.",
			ui.Link{URL: "/students", Words: "Act as somebody else"},
		)
	default:
		return nil
	}
}

// studentOf returns the student whom a request is about: the one in its address,
// else the one whom its form names, else the one whom the visitor acts as. Rules
// and handlers both ask here, so they can't mean different students.
func (v *visit) studentOf(who visitor) courses.StudentID {
	if id := v.id("student"); id != "" {
		return courses.StudentID(id)
	}
	if id := v.text("student").Value; id != "" {
		return courses.StudentID(id)
	}
	return who.Acting
}
