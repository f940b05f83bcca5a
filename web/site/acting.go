package site

import (
	"context"
	"net/http"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// actingKey keeps in the session whom the visitor acts as.
const actingKey = "student"

// Acting returns the student whom the visitor acts as, or "".
func Acting(who *sessions.Session) courses.StudentID {
	id, _ := who.Values[actingKey].(string)
	return courses.StudentID(id)
}

// act makes the visitor act as a student, or as nobody. The session has to be saved then.
func act(who *sessions.Session, id courses.StudentID) {
	delete(who.Values, actingKey)
	if id != "" {
		who.Values[actingKey] = string(id)
	}
}

// ActAs makes the visitor act as the student in the form, or as nobody.
func (s *Site) ActAs(v *Visit) error {
	if !v.R.PostForm.Has("student") {
		return BadRequest(
			http.StatusUnprocessableEntity,
			"The form does not say whom to act as. Send the field student. An empty one stands for nobody.",
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

// registered reports whether a student is registered and not forgotten.
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
