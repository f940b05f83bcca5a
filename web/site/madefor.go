package site

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
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
// answers with a page on which the visitor chooses who sends it. Forms of scripts may leave
// the field out, and are carried out.
func (v *Visit) isMeant() (bool, error) {
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
	signedOut := then.Registrar && !now.Registrar
	other := then.Acting != "" && then.Acting != now.Acting
	if !signedOut && !other {
		return true, nil
	}
	return false, v.notMeant(then, now)
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
	Text  string
	Was   string // name of the student whom the form was made for; "" if the registrar has to sign in first
	Mark  string // of the visitor whom the form was made for
	Now   string // name of the student whom the visitor acts as now
	Form  sentForm
	Again bool   // the form is complete and can be sent from here
	Back  string // address of the page to go back to
}

// notMeant answers a form that was made for one visitor (then) and sent by another (now).
func (v *Visit) notMeant(then, now Visitor) error {
	view := meantView{}
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
	view.Path, view.Now = view.Back, now.called(names)
	switch {
	case then.Registrar && !now.Registrar:
		view.Text = "This form was made for the registrar, and this browser is no longer signed in."
	default:
		view.Was, view.Mark = names.Student(then.Acting), Visitor{then.Acting, now.Registrar}.mark()
		view.Text = "This form was made for " + view.Was + ". This browser now acts as " + now.called(names) + ", perhaps because of another tab."
	}
	return v.Render(http.StatusConflict, meantPage(view))
}

// called returns the name of the student whom the visitor acts as.
func (v Visitor) called(names readmodel.Names) string {
	if v.Acting == "" {
		return "nobody"
	}
	return names.Student(v.Acting)
}
