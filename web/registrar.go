package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/sessions"
)

// roleAge is how long the registrar's role lasts before the passcode is asked for
// again. A copy of the cookie is of no more use than that.
const roleAge = 12 * time.Hour

type registrarView struct {
	layout
	Passcode field
}

// openDemo reports whether everybody is the registrar, because no passcode tells
// who is. That is for this machine only: see [onlyThisMachine].
func (s *server) openDemo() bool { return s.Passcode == "" }

// registrar is the page where the role is taken and left.
func (s *server) registrar(w http.ResponseWriter, r *http.Request) error {
	return s.showRegistrar(w, r, http.StatusOK, field{})
}

func (s *server) showRegistrar(w http.ResponseWriter, r *http.Request, status int, passcode field) error {
	visit, err := s.visit(w, r, "The registrar", "")
	if err != nil {
		return err
	}
	view := registrarView{layout: visit.layout, Passcode: passcode}
	view.Path = "/"
	return render(w, r, status, registrarPage(view))
}

// takeRole makes a visitor who knows the passcode the registrar.
func (s *server) takeRole(w http.ResponseWriter, r *http.Request) error {
	if s.openDemo() {
		return to("/registrar")(w, r)
	}
	if !s.isPasscode(text(r, "passcode").Value) {
		wrong := field{Error: "This is not the passcode. Ask whoever runs this application.", Focus: true}
		return s.showRegistrar(w, r, http.StatusForbidden, wrong)
	}
	session := s.session(r)
	renew(session)
	session.Values[sinceKey] = time.Now().Unix()
	session.Values[proofKey] = s.proof(s.SessionKeys[0])
	if err := session.Save(r, w); err != nil {
		return err
	}
	return to("/")(w, r)
}

// leaveRole ends the registrar's role in this browser.
func (s *server) leaveRole(w http.ResponseWriter, r *http.Request) error {
	session := s.session(r)
	renew(session)
	if err := session.Save(r, w); err != nil {
		return err
	}
	return to("/registrar")(w, r)
}

// isPasscode takes the same time however much of the passcode is right: what is
// compared are hashes, which are of equal length and tell nothing of each other.
func (s *server) isPasscode(given string) bool {
	got, want := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Passcode))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// isRegistrar reports whether a session has the role: it was taken with the
// passcode of today, and not too long ago.
func (s *server) isRegistrar(session *sessions.Session) bool {
	if s.openDemo() {
		return true
	}
	since, _ := session.Values[sinceKey].(int64)
	proof, _ := session.Values[proofKey].(string)
	return time.Since(time.Unix(since, 0)) < roleAge &&
		slices.ContainsFunc(s.SessionKeys, func(key []byte) bool { return proof == s.proof(key) })
}

// proof is what a session keeps of the passcode: enough to see that it is still the
// same one, and useless to whoever reads the cookie and tries passcodes.
func (s *server) proof(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("the passcode of the registrar: " + s.Passcode))
	return hex.EncodeToString(mac.Sum(nil))
}
