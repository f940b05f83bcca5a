package site

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// All tabs of a browser share its cookies. If a visitor begins to act as another student in
// one tab, the pages in the other tabs were made for somebody else. So every form of a command
// names the visitor whom its page was made for, and so does a page that is fetched again.
const (
	madeForField  = "as"
	madeForHeader = "Made-For"

	// switchField asks to act again as the student whom the form was made for.
	switchField = "switch"
)

const registrarMark = "+registrar"

// mark names the visitor in forms and headers.
func (v Visitor) mark() string {
	if v.Registrar {
		return string(v.Acting) + registrarMark
	}
	return string(v.Acting)
}

// errOfAnother is the error of a page that is fetched again, but for another visitor. The
// browser then loads the whole page, since all of it may differ.
var errOfAnother = errors.New("the page was made for another visitor")

// isMeant reports whether a form was made for the visitor who sends it. If it was not, isMeant
// answers with a page on which the visitor chooses who sends it; may is the rule of the form's
// route. A form that was made for the registrar has the passcode in it when it is sent from
// that page: then the visitor is signed in, and the form goes on. Forms of scripts may leave
// the field "as" out, and are carried out.
func (v *Visit) isMeant(may Access) (bool, error) {
	if !v.R.PostForm.Has(madeForField) {
		return true, nil
	}
	now, err := v.Visitor()
	if err != nil {
		return false, err
	}
	id, wasRegistrar := strings.CutSuffix(v.R.PostFormValue(madeForField), registrarMark)
	then := Visitor{courses.StudentID(id), wasRegistrar}
	if then.Acting != now.Acting && v.R.PostForm.Has(switchField) {
		if err := v.switchTo(then.Acting); err != nil {
			return false, err
		}
		now.Acting = then.Acting
	}
	var passcode ui.Field
	status := http.StatusConflict
	if then.Registrar && !now.Registrar && v.R.PostForm.Has(passcodeField) {
		if status, passcode, err = v.trySignIn(); err != nil {
			return false, err
		}
		if status == http.StatusOK {
			now.Registrar, status = true, http.StatusConflict
			v.R.PostForm.Del(passcodeField) // the form goes on without it
		}
	}
	signedOut := then.Registrar && !now.Registrar
	other := then.Acting != "" && then.Acting != now.Acting
	if !signedOut && !other {
		return true, nil
	}
	return false, v.notMeant(then, now, may, status, passcode)
}

// switchTo makes the visitor act as a student, for this form and from then on.
func (v *Visit) switchTo(id courses.StudentID) error {
	registered, err := v.registered(v.Context(), id)
	if err != nil {
		return err
	}
	if !registered {
		return courses.ErrNoSuchStudent
	}
	who := v.Who()
	act(who, id)
	v.met = nil
	return who.Save(v.R, v.W)
}

type meantView struct {
	Layout
	Status int
	Text   string
	Was    string // name of the student whom the form was made for; "" if the registrar has to sign in first
	// Passcode is the field to sign in with, if the registrar has to.
	Passcode ui.Field
	Mark     string // of the visitor whom the form was made for
	Signed   string // of the visitor who signs in here as the registrar
	Now      string // name of the student whom the visitor acts as now, or "" if that one may not send the form
	Form     sentForm
	Again    bool   // the form is complete and can be sent from here
	Back     string // address of the page to go back to
}

// notMeant answers a form that was made for one visitor (then) and sent by another (now).
func (v *Visit) notMeant(then, now Visitor, may Access, status int, passcode ui.Field) error {
	view := meantView{Status: status, Passcode: passcode}
	view.Form, view.Again = v.sentForm(madeForField, switchField)
	var names readmodel.Names
	var err error
	view.Layout, err = v.Page("Meant for somebody else", "", func(ask *readmodel.Questions, _ Visitor) {
		ask.Names(&names, dcb.Tags{then.Acting.Tag(), now.Acting.Tag()})
	})
	if err != nil {
		return err
	}
	view.Back = v.CameFrom(v.PageAbout())
	page, _, _ := strings.Cut(view.Back, "#")
	view.Path, view.Query, _ = strings.Cut(page, "?")
	if may(v) == nil {
		view.Now = now.called(names)
	}
	switch {
	case then.Registrar && !now.Registrar:
		view.Title = "Sign in once more"
		view.Text = "This form was made for the registrar, and this browser is no longer signed in."
		view.Signed = Visitor{then.Acting, true}.mark()
	default:
		view.Was, view.Mark = names.Student(then.Acting), Visitor{then.Acting, now.Registrar}.mark()
		view.Text = "This form was made for " + view.Was + ". This browser now acts as " + now.called(names) + ", perhaps because of another tab."
	}
	return v.Render(status, meantPage(view))
}

// called returns the name of the student whom the visitor acts as.
func (v Visitor) called(names readmodel.Names) string {
	if v.Acting == "" {
		return "nobody"
	}
	return names.Student(v.Acting)
}
