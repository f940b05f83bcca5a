package site

import (
	"context"
	"net/http"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A browser has three sessions, each in a cookie of its own, because an answer that comes
// late must not bring back what another answer has replaced meanwhile.
const (
	whoSession   = "who"   // who one is: written by those forms only that change it
	ownSession   = "own"   // what is the browser's own: its choices, and what it runs and holds
	notesSession = "notes" // what is to be told next, and what was done for the first time
)

// What the session of who one is holds.
const (
	actingKey = "student"
	signInKey = "sign_in"  // the secret of it, for the registrar
	proofKey  = "passcode" // that it was made with
)

func (v *Visit) session(name string) *sessions.Session {
	session, _ := v.sessions.Get(v.R, name) // without an error: what can't be read is new
	return session
}

func (v *Visit) Who() *sessions.Session   { return v.session(whoSession) }
func (v *Visit) Own() *sessions.Session   { return v.session(ownSession) }
func (v *Visit) Notes() *sessions.Session { return v.session(notesSession) }

// isStranger reports whether a request comes from a browser that keeps nothing of ours.
func (v *Visit) isStranger() bool {
	return v.Who().IsNew && v.Own().IsNew && v.Notes().IsNew
}

// Acting returns the student whom the visitor acts as, or "".
func Acting(who *sessions.Session) courses.StudentID {
	id, _ := who.Values[actingKey].(string)
	return courses.StudentID(id)
}

// act makes the visitor act as a student, or as nobody. The session is then to be saved.
func act(who *sessions.Session, id courses.StudentID) {
	delete(who.Values, actingKey)
	if id != "" {
		who.Values[actingKey] = string(id)
	}
}

// ActAs makes the visitor act as another student, or as nobody.
func (s *Site) ActAs(v *Visit) error {
	if !v.R.PostForm.Has("student") {
		return BadRequest(
			http.StatusUnprocessableEntity,
			"Nobody was named to act as. Send the field student; left empty, it stands for nobody.",
		)
	}
	id := courses.StudentID(v.Text("student").Value)
	if id != "" {
		registered, err := s.registered(v.Context(), id)
		if err != nil {
			return err
		}
		if !registered {
			return courses.ErrNoSuchStudent
		}
	}
	page := v.CameFrom("/")
	who, notes := v.Who(), v.Notes()
	act(who, id)
	if err := who.Save(v.R, v.W); err != nil {
		return err
	}
	if id != "" && KeepSteps(notes, StepsOf(notes)|ChoseSelf) {
		if err := notes.Save(v.R, v.W); err != nil {
			return err
		}
	}
	return v.Redirect(page)
}

// registered reports whether a student is registered, and not forgotten.
func (s *Site) registered(ctx context.Context, id courses.StudentID) (bool, error) {
	if !id.Valid() {
		return false, nil
	}
	latest := dcb.ReadOptions{Backwards: true, Limit: 1}
	for e, err := range s.Log.Read(ctx, courses.StudentExists(id).Query(), latest) {
		return err == nil && e.Type == courses.StudentRegistered{}.EventType(), err
	}
	return false, nil
}
