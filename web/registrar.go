package web

import (
	"net/http"
	"strconv"

	"github.com/gorilla/sessions"

	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// knownKey keeps that a browser was signed in as the registrar before.
const knownKey = "known"

type registrarView struct {
	layout
	Passcode ui.Field
}

// openDemo reports whether everybody is the registrar, because no passcode tells
// who is. That is for this machine only: see [onlyThisMachine].
func (s *server) openDemo() bool { return s.Passcode == "" }

// registrar is the page where the role is taken and left.
func (s *server) registrar(v *visit) error {
	return v.showRegistrar(http.StatusOK, ui.Field{})
}

func (v *visit) showRegistrar(status int, passcode ui.Field) error {
	layout, err := v.page("The registrar", "", nil)
	if err != nil {
		return err
	}
	view := registrarView{layout: layout, Passcode: passcode}
	view.Path = "/"
	return v.render(status, registrarPage(view))
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
	own := v.own()
	before, _ := own.Values[knownKey].(string)
	switch right, wait := s.tryPasscode(v.client(), before, v.text("passcode").Value); {
	case wait > 0:
		v.noteThrottled("attempts at the passcode")
		v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
		wrong := ui.Field{Error: "There were too many attempts. Wait " + ui.Seconds(wait) + ", then try again.", Focus: true}
		return v.showRegistrar(http.StatusTooManyRequests, wrong)
	case !right:
		wrong := ui.Field{Error: "This is not the passcode.", Focus: true}
		return v.showRegistrar(http.StatusForbidden, wrong)
	}
	secret, err := s.SignIns.Begin(v.context(), roleAge)
	if err != nil {
		return err
	}
	session := v.who()
	session.Values[signInKey] = secret
	session.Values[proofKey] = s.proof(s.SessionKeys[0]) // which signs the cookie, too
	if before == "" {
		own.Values[knownKey] = newRequest()
	}
	if err := v.saveRole(); err != nil {
		return err
	}
	s.Logger.InfoContext(v.context(), "signed in as the registrar", "client", v.client().Addr, "request_id", v.requestID())
	return v.redirect("/")
}

// leaveRole ends the registrar's role in this browser, and wherever there is a copy of its
// cookie.
func (s *server) leaveRole(v *visit) error {
	who := v.who()
	if secret, ok := who.Values[signInKey].(string); ok {
		if err := s.SignIns.End(v.context(), secret); err != nil {
			return err
		}
	}
	delete(who.Values, signInKey)
	delete(who.Values, proofKey)
	if err := v.saveRole(); err != nil {
		return err
	}
	return v.redirect("/registrar")
}

// saveRole saves what a browser keeps when its role has changed. What it runs and holds
// goes by another name from then on, so that a copy of its cookies from before is no use
// for that. What was still to be told was about the role before, and is dropped.
func (v *visit) saveRole() error {
	own, notes := v.own(), v.notes()
	if runner, ok := own.Values[runnerKey].(string); ok {
		delete(own.Values, runnerKey)
		v.table.PassOn(runner, runnerOf(own))
	}
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	changed := []*sessions.Session{v.who()}
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

var whyRegistrar = ui.Idea{
	Text: "Capacity is a fact like any other, and may drop below the seats taken: nobody is thrown out, and nobody new gets in. " +
		"Who waits lies inside the boundary of that decision, so seats that are added are given away in the same append.",
	URL: story.SourceURL("domain/courses/change_capacity.go", "ChangeCapacity.boundary"), Words: "The boundary of a new capacity",
}
