package site

import "github.com/gorilla/sessions"

// A browser has three sessions, each in a cookie of its own. Otherwise a slow answer, which
// sends back all that its request came with, would undo what a faster answer has changed.
const (
	whoSession   = "who"   // who the visitor is; written only by the forms that change it
	ownSession   = "own"   // the browser's settings, and what it runs and holds
	notesSession = "notes" // what the next page has to tell, and the steps of the tour
)

func (v *Visit) session(name string) *sessions.Session {
	session, _ := v.sessions.Get(v.R, name) // never an error: a cookie that can't be read is a new session
	return session
}

// Who returns the session that says who the visitor is.
func (v *Visit) Who() *sessions.Session { return v.session(whoSession) }

// Own returns the session with the browser's settings, and what it runs and holds.
func (v *Visit) Own() *sessions.Session { return v.session(ownSession) }

// Notes returns the session with what the next page has to tell, and the steps of the tour.
func (v *Visit) Notes() *sessions.Session { return v.session(notesSession) }

// isStranger reports whether the browser has none of the three sessions.
func (v *Visit) isStranger() bool {
	return v.Who().IsNew && v.Own().IsNew && v.Notes().IsNew
}
