package courses

import (
	"context"

	"go-crablet/dcb"
)

// An Actor is who asked for a decision: a student, the registrar, a visitor or a program. It is
// noted with the events of the decision, for people who read the log. No rule looks at it, and
// no query. Events of older versions have none.
type Actor string

// The actors beside the students.
const (
	TheRegistrar Actor = "registrar"
	AVisitor     Actor = "visitor" // a person without a role
	AProgram     Actor = "program" // whatever fills in no form of a page
)

// TheStudent is a student who acts.
func TheStudent(id StudentID) Actor { return Actor(id.Tag()) }

// actorKey is the key of an actor in the metadata of an event.
const actorKey = "by"

// Noted returns a context whose appends note that the actor asked for them.
func (a Actor) Noted(ctx context.Context) context.Context {
	return dcb.WithMetadata(ctx, actorKey, string(a))
}

// ActorIn returns the actor that the metadata of an event names, or "". Metadata may come from
// anywhere, so the actor can be any text.
func ActorIn(metadata map[string]string) Actor { return Actor(metadata[actorKey]) }

// Student returns the student who acts, and whether it is a student.
func (a Actor) Student() (StudentID, bool) {
	id, ok := StudentIn(dcb.Tag(a))
	return id, ok && id.Valid()
}
