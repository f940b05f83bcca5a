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
func (s *server) registrar(v *visit) error {
	return s.showRegistrar(v, http.StatusOK, field{})
}

func (s *server) showRegistrar(v *visit, status int, passcode field) error {
	layout, err := s.visit(v, "The registrar", "", nil)
	if err != nil {
		return err
	}
	view := registrarView{layout: layout, Passcode: passcode}
	view.Path = "/"
	return s.render(v, status, registrarPage(view))
}

// takeRole makes a visitor who knows the passcode the registrar.
func (s *server) takeRole(v *visit) error {
	who, err := v.visitor()
	if err != nil {
		return err
	}
	if who.Registrar {
		return v.redirect("/registrar")
	}
	own := s.own(v)
	before, _ := own.Values[knownKey].(string)
	switch right, wait := s.tryPasscode(clientOf(v.R), before, text(v, "passcode").Value); {
	case wait > 0:
		s.noteThrottled(v, "attempts at the passcode")
		v.W.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		wrong := field{Error: "There were too many attempts. Wait " + waiting(wait) + ", then try again.", Focus: true}
		return s.showRegistrar(v, http.StatusTooManyRequests, wrong)
	case !right:
		wrong := field{Error: "This is not the passcode.", Focus: true}
		return s.showRegistrar(v, http.StatusForbidden, wrong)
	}
	secret, err := s.SignIns.Begin(v.R.Context(), roleAge)
	if err != nil {
		return err
	}
	session := s.who(v)
	session.Values[signInKey] = secret
	session.Values[proofKey] = s.proof(s.SessionKeys[0]) // which signs the cookie, too
	if before == "" {
		own.Values[knownKey] = newRequest()
	}
	if err := s.saveRole(v); err != nil {
		return err
	}
	s.Logger.InfoContext(v.R.Context(), "signed in as the registrar", "client", clientOf(v.R).addr, "request_id", dcb.CorrelationID(v.R.Context()))
	return v.redirect("/")
}

// leaveRole ends the registrar's role in this browser, and wherever there is a copy of its
// cookie.
func (s *server) leaveRole(v *visit) error {
	who := s.who(v)
	if secret, ok := who.Values[signInKey].(string); ok {
		if err := s.SignIns.End(v.R.Context(), secret); err != nil {
			return err
		}
	}
	delete(who.Values, signInKey)
	delete(who.Values, proofKey)
	if err := s.saveRole(v); err != nil {
		return err
	}
	return v.redirect("/registrar")
}

// saveRole saves what a browser keeps when its role has changed. What it runs and holds
// goes by another name from then on, so that a copy of its cookies from before is no use
// for that. What was still to be told was about the role before, and is dropped.
func (s *server) saveRole(v *visit) error {
	own, notes := s.own(v), s.notes(v)
	if runner, ok := own.Values[runnerKey].(string); ok {
		delete(own.Values, runnerKey)
		s.Gaps.PassOn(runner, runnerOf(own))
	}
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	changed := []*sessions.Session{s.who(v)}
	if len(own.Values) > 0 {
		changed = append(changed, own)
	}
	if !notes.IsNew {
		changed = append(changed, notes)
	}
	for _, session := range changed {
		if err := session.Save(v.R, v.W); err != nil {
			return err
		}
	}
	return nil
}
