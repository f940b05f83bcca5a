package site

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// What the session of who the visitor is keeps of a sign-in.
const (
	signInKey = "sign_in"  // its secret
	proofKey  = "passcode" // proof of the passcode that it was made with
)

// knownKey keeps in the browser's own session that the registrar signed in here before.
const knownKey = "known"

// roleAge is how long a sign-in lasts before the passcode is asked for again. A stolen cookie
// is of no use after that, nor after its browser has signed out.
const roleAge = 12 * time.Hour

const (
	registrarPath = "/registrar" // where one signs in
	passcodeField = "passcode"
)

// openToOthers is the command that starts the program for more than this machine.
const openToOthers = `REGISTRAR_PASSCODE=… SESSION_KEY="$(openssl rand -hex 32)" go run ./cmd/webapp -addr :8080`

type registrarView struct {
	Layout
	Passcode ui.Field
	Next     string // address of the page to go on with after signing in
}

// Registrar shows the page on which the visitor signs in and out as the registrar.
func (s *Site) Registrar(v *Visit) error {
	return v.showRegistrar(http.StatusOK, ui.Field{}, v.ledFrom())
}

// ledFrom returns the page of this site whose link led here, or "/". Browsers that keep the page
// to themselves lead to "/" after signing in.
func (v *Visit) ledFrom() string {
	referer, err := url.Parse(v.R.Referer())
	if err != nil || referer.Path == registrarPath {
		return "/"
	}
	return v.pageAt((&url.URL{Path: referer.Path, RawQuery: referer.RawQuery}).String(), "/")
}

func (v *Visit) showRegistrar(status int, passcode ui.Field, next string) error {
	layout, err := v.Page("The registrar", "", nil)
	if err != nil {
		return err
	}
	view := registrarView{Layout: layout, Passcode: passcode, Next: next}
	view.Path = "/"
	return v.Render(status, registrarPage(view))
}

// TakeRole makes the visitor the registrar, if the form has the passcode.
func (s *Site) TakeRole(v *Visit) error {
	who, err := v.Visitor()
	if err != nil {
		return err
	}
	if who.Registrar {
		return v.Redirect("/registrar")
	}
	status, passcode, err := v.trySignIn()
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return v.showRegistrar(status, passcode, v.CameFrom("/"))
	default:
		return v.Redirect(v.CameFrom("/"))
	}
}

// trySignIn signs the visitor in as the registrar if the form has the passcode. Otherwise it
// returns the field with what is wrong, and the status of the page that shows it.
func (v *Visit) trySignIn() (status int, passcode ui.Field, err error) {
	before, _ := v.Own().Values[knownKey].(string)
	switch right, wait := v.TryPasscode(v.Client(), before, v.Text(passcodeField).Value); {
	case wait > 0:
		v.noteThrottled(tooManyAttempts)
		v.W.Header().Set("Retry-After", strconv.Itoa(ui.WholeSeconds(wait)))
		wrong := "There were too many attempts. Wait " + ui.Seconds(wait) + ", then try again."
		return http.StatusTooManyRequests, ui.Field{Error: wrong, Focus: true}, nil
	case !right:
		return http.StatusForbidden, ui.Field{Error: "This is not the passcode.", Focus: true}, nil
	}
	return http.StatusOK, ui.Field{}, v.signIn()
}

// signIn begins a sign-in of the registrar, and keeps it in the sessions.
func (v *Visit) signIn() error {
	secret, err := v.SignIns.Begin(v.Context(), roleAge)
	if err != nil {
		return err
	}
	who, own := v.Who(), v.Own()
	who.Values[signInKey] = secret
	who.Values[proofKey] = v.proof(v.SessionKeys[0]) // the key that signs the cookie, too
	if before, _ := own.Values[knownKey].(string); before == "" {
		own.Values[knownKey] = NewRequest()
	}
	if err := v.saveRole(); err != nil {
		return err
	}
	v.met = nil // the visitor is another one from here on
	v.Logger.InfoContext(v.Context(), "signed in as the registrar", "client", v.Client().Addr, "request_id", v.RequestID())
	return nil
}

// LeaveRole signs the registrar out, also wherever there is a copy of this browser's cookie.
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

// saveRole saves the sessions after a change of role. What the browser runs and holds gets
// another name, so a copy of its older cookies can't control it any more. A result that no page
// has told yet is dropped: it was about the role before.
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
	Text: "A capacity may drop below the seats taken: nobody loses a seat, and nobody new gets one. " +
		"The waitlist lies inside the boundary of that decision, so new seats go to those who wait, in the same append.",
	URL: story.SourceURL("domain/courses/change_capacity.go", "ChangeCapacity.boundary"), Words: "The boundary of a new capacity",
}
