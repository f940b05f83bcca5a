package web

import (
	"net/http"
	"strconv"
	"time"
)

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
	layout, err := s.visit(w, r, "The registrar", "", nil)
	if err != nil {
		return err
	}
	view := registrarView{layout: layout, Passcode: passcode}
	view.Path = "/"
	return render(w, r, status, registrarPage(view))
}

// takeRole makes a visitor who knows the passcode the registrar.
func (s *server) takeRole(w http.ResponseWriter, r *http.Request) error {
	if s.visitor(r).Registrar {
		return to("/registrar")(w, r)
	}
	switch right, wait := s.tryPasscode(clientOf(r), text(r, "passcode").Value); {
	case wait > 0:
		w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		wrong := field{Error: "There were too many attempts. Wait " + waiting(wait) + ", then try again.", Focus: true}
		return s.showRegistrar(w, r, http.StatusTooManyRequests, wrong)
	case !right:
		wrong := field{Error: "This is not the passcode.", Focus: true}
		return s.showRegistrar(w, r, http.StatusForbidden, wrong)
	}
	session := s.session(r)
	renew(session)
	session.Values[sinceKey] = time.Now().Unix()
	session.Values[proofKey] = s.proof(s.SessionKeys[0]) // which signs the cookie, too
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
