package web

import (
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/domain/courses"
)

const (
	sessionName = "session"
	sessionAge  = 30 * 24 * time.Hour

	actingKey = "student"
	noticeKey = "receipt" // of the last command, until it was told of
)

// newSessions keeps sessions in a signed cookie. The defaults of the library
// leave the cookie open to scripts and to other sites, so every attribute is set.
func newSessions(key []byte) *sessions.CookieStore {
	store := sessions.NewCookieStore(key)
	store.Options.Path = "/"
	store.Options.HttpOnly = true
	store.Options.SameSite = http.SameSiteLaxMode
	store.Options.Secure = false // see session
	store.MaxAge(int(sessionAge.Seconds()))
	return store
}

// session returns the visitor's session. A cookie that does not decode, because
// it is foreign, broken or signed with an older key, makes a new one.
func (s *server) session(r *http.Request) *sessions.Session {
	session, _ := s.sessions.Get(r, sessionName)
	session.Options.Secure = r.TLS != nil
	return session
}

// acting returns the student whom the visitor acts as, or "".
func acting(session *sessions.Session) courses.StudentID {
	id, _ := session.Values[actingKey].(string)
	return courses.StudentID(id)
}

// actAs makes the visitor act as another student, or as nobody.
func (s *server) actAs(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	session := s.session(r)
	term, err := s.directory.Term(r.Context())
	if err != nil {
		return err
	}
	id := courses.StudentID(r.PostFormValue("student"))
	if id == "" {
		delete(session.Values, actingKey)
	} else {
		if _, ok := term.Student(id); !ok {
			return courses.ErrNoSuchStudent
		}
		session.Values[actingKey] = string(id)
	}
	if err := session.Save(r, w); err != nil {
		return err
	}
	http.Redirect(w, r, cameFrom(r, term, "/"), http.StatusSeeOther)
	return nil
}
