package site

import (
	"errors"
	"net/http"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// All tabs of a browser share its cookies. So when somebody acts as another student in one
// tab, the pages in the others were made for somebody else. Every form of a command names
// the visitor whom its page was made for, and a page that is fetched again for what is new
// on it does so, too.
const (
	madeForField  = "as"
	madeForHeader = "Made-For"

	// switchField is in the form that goes back to acting as whom it was made for.
	switchField = "switch"
)

const registrarMark = "+registrar"

// mark is the name of the visitor in forms and in headers.
func (v Visitor) mark() string {
	if v.Registrar {
		return string(v.Acting) + registrarMark
	}
	return string(v.Acting)
}

// errOfAnother is the error of a page that is fetched again for another visitor than it was
// made for. None of it can take the place of what is there, so the browser loads it anew.
var errOfAnother = errors.New("the page was made for another visitor")

// isMeant reports whether a form was made for the visitor who sends it. If not, it is
// answered with a page that says so, and that sends it as either of the two. A form that
// names nobody is a script's, and is meant.
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

// switchTo makes the visitor act as a student for this form and from then on.
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
	Was   string // whom the form was made for; "" if that is the registrar, who has to sign in first
	Mark  string // of them
	Now   string // who would send it from here
	Form  keptForm
	Again bool // the form can be sent from here
	Back  string
}

// notMeant answers a form that was made for another visitor.
func (v *Visit) notMeant(then, now Visitor) error {
	view := meantView{}
	view.Form, view.Again = v.keptForm(madeForField, switchField)
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

// called words whom a visitor acts as.
func (v Visitor) called(names readmodel.Names) string {
	if v.Acting == "" {
		return "nobody"
	}
	return names.Student(v.Acting)
}
