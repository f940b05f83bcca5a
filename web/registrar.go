package web

import (
	"net/http"
	"strconv"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
)

// knownKey keeps that a browser was signed in as the registrar before.
const knownKey = "known"

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
	return s.render(w, r, status, registrarPage(view))
}

// takeRole makes a visitor who knows the passcode the registrar.
func (s *server) takeRole(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	if v.Registrar {
		return to("/registrar")(w, r)
	}
	own := s.own(r)
	before, _ := own.Values[knownKey].(string)
	switch right, wait := s.tryPasscode(clientOf(r), before, text(r, "passcode").Value); {
	case wait > 0:
		s.noteThrottled(r, "attempts at the passcode")
		w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		wrong := field{Error: "There were too many attempts. Wait " + waiting(wait) + ", then try again.", Focus: true}
		return s.showRegistrar(w, r, http.StatusTooManyRequests, wrong)
	case !right:
		wrong := field{Error: "This is not the passcode.", Focus: true}
		return s.showRegistrar(w, r, http.StatusForbidden, wrong)
	}
	secret, err := s.SignIns.Begin(r.Context(), roleAge)
	if err != nil {
		return err
	}
	who := s.who(r)
	who.Values[signInKey] = secret
	who.Values[proofKey] = s.proof(s.SessionKeys[0]) // which signs the cookie, too
	if before == "" {
		own.Values[knownKey] = newRequest()
	}
	if err := s.saveRole(w, r); err != nil {
		return err
	}
	s.Logger.InfoContext(r.Context(), "signed in as the registrar", "client", clientOf(r).addr, "request_id", dcb.CorrelationID(r.Context()))
	return to("/")(w, r)
}

// leaveRole ends the registrar's role in this browser, and wherever there is a copy of its
// cookie.
func (s *server) leaveRole(w http.ResponseWriter, r *http.Request) error {
	who := s.who(r)
	if secret, ok := who.Values[signInKey].(string); ok {
		if err := s.SignIns.End(r.Context(), secret); err != nil {
			return err
		}
	}
	delete(who.Values, signInKey)
	delete(who.Values, proofKey)
	if err := s.saveRole(w, r); err != nil {
		return err
	}
	return to("/registrar")(w, r)
}

// saveRole saves what a browser keeps when its role has changed. What it runs and holds
// goes by another name from then on, so that a copy of its cookies from before is no use
// for that. What was still to be told was about the role before, and is dropped.
func (s *server) saveRole(w http.ResponseWriter, r *http.Request) error {
	own, notes := s.own(r), s.notes(r)
	if runner, ok := own.Values[runnerKey].(string); ok {
		delete(own.Values, runnerKey)
		s.Gaps.PassOn(runner, runnerOf(own))
	}
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	changed := []*sessions.Session{s.who(r)}
	if len(own.Values) > 0 {
		changed = append(changed, own)
	}
	if !notes.IsNew {
		changed = append(changed, notes)
	}
	for _, session := range changed {
		if err := session.Save(r, w); err != nil {
			return err
		}
	}
	return nil
}
