package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/domain/courses"
)

const (
	sessionName = "session"
	sessionAge  = 30 * 24 * time.Hour

	actingKey = "student"
	noticeKey = "receipt"   // of the last command, until it was told of
	repeatKey = "repeat_of" // the position of the first event of the request, if the last command repeated one
	sinceKey  = "registrar" // when the role was taken, in Unix seconds
	proofKey  = "passcode"  // that it was taken with
)

// newSessions keeps sessions in a signed cookie, which instances with the same keys
// share. The defaults of the library leave the cookie open to scripts and to other
// sites, so every attribute is set.
func newSessions(keys [][]byte) *sessions.CookieStore {
	var pairs [][]byte
	for _, key := range keys {
		pairs = append(pairs, key, nil) // a session holds no secret, so it is not encrypted
	}
	store := sessions.NewCookieStore(pairs...)
	store.Options.Path = "/"
	store.Options.HttpOnly = true
	store.Options.SameSite = http.SameSiteLaxMode
	store.Options.Secure = false // see session
	store.MaxAge(int(sessionAge.Seconds()))
	return store
}

// session returns the visitor's session. A cookie that does not decode, because
// it is foreign, broken or signed with a key of long ago, makes a new one.
func (s *server) session(r *http.Request) *sessions.Session {
	session, _ := s.sessions.Get(r, sessionName)
	session.Options.Secure = clientOf(r).secure
	return session
}

// visitor returns who sends a request.
func (s *server) visitor(r *http.Request) visitor {
	session := s.session(r)
	return visitor{Acting: acting(session), Registrar: s.isRegistrar(session)}
}

// acting returns the student whom the visitor acts as, or "".
func acting(session *sessions.Session) courses.StudentID {
	id, _ := session.Values[actingKey].(string)
	return courses.StudentID(id)
}

// outlastsTheRole are the keys of what is the visitor's own, whatever their role: whom
// they act as, what they chose, what they did for the first time, and what they hold.
var outlastsTheRole = []any{actingKey, gapKey, runnerKey, largeKey, tourKey}

// renew empties a session whose role changes, but for what outlasts it.
func renew(session *sessions.Session) {
	maps.DeleteFunc(session.Values, func(key, _ any) bool { return !slices.Contains(outlastsTheRole, key) })
}

// actAs makes the visitor act as another student, or as nobody.
func (s *server) actAs(w http.ResponseWriter, r *http.Request) error {
	if !r.PostForm.Has("student") {
		return badRequest{
			http.StatusUnprocessableEntity,
			"Nobody was named to act as. Send the field student; left empty, it stands for nobody.",
		}
	}
	session := s.session(r)
	id := courses.StudentID(text(r, "student").Value)
	if id == "" {
		delete(session.Values, actingKey)
	} else {
		registered, err := s.registered(r.Context(), id)
		if err != nil {
			return err
		}
		if !registered {
			return courses.ErrNoSuchStudent
		}
		session.Values[actingKey] = string(id)
		keepSteps(session, stepsOf(session)|choseSelf)
	}
	page, err := s.cameFrom(r, "/")
	if err != nil {
		return err
	}
	if err := session.Save(r, w); err != nil {
		return err
	}
	return to(page)(w, r)
}

func (s *server) registered(ctx context.Context, id courses.StudentID) (bool, error) {
	if !id.Valid() {
		return false, nil
	}
	return s.happened(ctx, courses.StudentExists(id).Query())
}
