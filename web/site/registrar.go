package site

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
	Layout
	Passcode ui.Field
}

// openDemo reports whether everybody is the registrar, because no passcode tells
// who is. That is for this machine only: see [onlyThisMachine].
func (s *Site) openDemo() bool { return s.Passcode == "" }

// Registrar is the page where the role is taken and left.
func (s *Site) Registrar(v *Visit) error {
	return v.showRegistrar(http.StatusOK, ui.Field{})
}

func (v *Visit) showRegistrar(status int, passcode ui.Field) error {
	layout, err := v.Page("The registrar", "", nil)
	if err != nil {
		return err
	}
	view := registrarView{Layout: layout, Passcode: passcode}
	view.Path = "/"
	return v.Render(status, registrarPage(view))
}

// TakeRole makes a visitor who knows the passcode the registrar.
func (s *Site) TakeRole(v *Visit) error {
	who, err := v.Visitor()
	if err != nil {
		return err
	}
	if who.Registrar {
		return v.Redirect("/registrar")
	}
	own := v.Own()
	before, _ := own.Values[knownKey].(string)
	switch right, wait := s.TryPasscode(v.Client(), before, v.Text("passcode").Value); {
	case wait > 0:
		v.noteThrottled("attempts at the passcode")
		v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
		wrong := ui.Field{Error: "There were too many attempts. Wait " + ui.Seconds(wait) + ", then try again.", Focus: true}
		return v.showRegistrar(http.StatusTooManyRequests, wrong)
	case !right:
		wrong := ui.Field{Error: "This is not the passcode.", Focus: true}
		return v.showRegistrar(http.StatusForbidden, wrong)
	}
	secret, err := s.SignIns.Begin(v.Context(), roleAge)
	if err != nil {
		return err
	}
	session := v.Who()
	session.Values[signInKey] = secret
	session.Values[proofKey] = s.proof(s.SessionKeys[0]) // which signs the cookie, too
	if before == "" {
		own.Values[knownKey] = NewRequest()
	}
	if err := v.saveRole(); err != nil {
		return err
	}
	s.Logger.InfoContext(v.Context(), "signed in as the registrar", "client", v.Client().Addr, "request_id", v.RequestID())
	return v.Redirect("/")
}

// LeaveRole ends the registrar's role in this browser, and wherever there is a copy of its
// cookie.
func (s *Site) LeaveRole(v *Visit) error {
	who := v.Who()
	if secret, ok := who.Values[signInKey].(string); ok {
		if err := s.SignIns.End(v.Context(), secret); err != nil {
			return err
		}
	}
	delete(who.Values, signInKey)
	delete(who.Values, proofKey)
	if err := v.saveRole(); err != nil {
		return err
	}
	return v.Redirect("/registrar")
}

// saveRole saves what a browser keeps when its role has changed. What it runs and holds
// goes by another name from then on, so that a copy of its cookies from before is no use
// for that. What was still to be told was about the role before, and is dropped.
func (v *Visit) saveRole() error {
	own, notes := v.Own(), v.Notes()
	if runner, ok := own.Values[RunnerKey].(string); ok {
		delete(own.Values, RunnerKey)
		v.table.PassOn(runner, RunnerOf(own))
	}
	delete(notes.Values, noticeKey)
	delete(notes.Values, repeatKey)
	changed := []*sessions.Session{v.Who()}
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
