package site

import (
	"net/http"

	"github.com/a-h/templ"
)

// The problem of not knowing whether a form was carried out.
const (
	unknownTitle = "It is unknown whether it was stored"
	unknownText  = "The connection to the database was lost at a moment that leaves it open. "
)

// outagePage is the page of a problem that passes. It says what to do: a page is loaded
// again. A form that has a key is sent again from there, since it is carried out once at
// most; whether one without a key was carried out is to be looked up first.
func (v *Visit) outagePage(l Layout, p Problem) templ.Component {
	form, kept := v.keptForm(switchField)
	switch {
	case v.R.Method != http.MethodPost:
		p.Text += "Nothing is lost. Load the page again in a moment."
		return problemPage(l, p)
	case v.Key() == "" || !kept:
		p.Text += "Look whether your form went through before you send it again."
		return problemPage(l, p)
	case p.Title == unknownTitle:
		p.Text += "To find out, send the same form again: if it was carried out, it is not carried out twice, and the answer says so."
		return againPage(l, p, form, "Find out")
	default:
		p.Text += "Send the same form again in a moment. It is carried out once at most."
		return againPage(l, p, form, "Send it again")
	}
}
