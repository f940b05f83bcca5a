package story

import (
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// An ActorView says in words who asked for a decision.
type ActorView struct {
	Words string // or "" if nobody noted it
	URL   string // the page of the student, or ""
}

// ViewActor words an actor. Of an actor that another program made up, it shows the beginning.
func ViewActor(names readmodel.Names, by courses.Actor) ActorView {
	if id, ok := by.Student(); ok {
		return ActorView{names.Student(id), StudentURL(id)}
	}
	switch by {
	case courses.TheRegistrar:
		return ActorView{Words: "the registrar"}
	case courses.AVisitor:
		return ActorView{Words: "a visitor"}
	case courses.AProgram:
		return ActorView{Words: "a program"}
	default:
		return ActorView{Words: EndOf(strings.TrimSpace(string(by)))}
	}
}

// ActorOf words who asked for an event, beside the sentence of the event. The view is empty if
// that is a student whom the event is about, or if another event caused this one.
func ActorOf(names readmodel.Names, e dcb.Event) ActorView {
	by := courses.ActorIn(e.Metadata)
	if e.CausationID != "" || slices.Contains(e.Tags, dcb.Tag(by)) {
		return ActorView{}
	}
	return ViewActor(names, by)
}

// tagsOfActor returns the tag of the student among the actors, to ask for the name.
func tagsOfActor(metadata map[string]string) dcb.Tags {
	if id, ok := courses.ActorIn(metadata).Student(); ok {
		return dcb.Tags{id.Tag()}
	}
	return nil
}
