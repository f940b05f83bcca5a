package site

import (
	"maps"
	"slices"

	"go-crablet/web/ui"
)

// A keptForm is a form that was sent and not carried out, for a page that sends it again.
type keptForm struct {
	Action string
	Typed  []keptField // what the visitor put in
	Hidden []keptField // and what came with it
}

type keptField struct {
	Name, Label string
	ui.Field
}

// The fields of forms that people type into, in the order of the forms.
var typed = []keptField{{Name: "title", Label: "Title"}, {Name: "name", Label: "Name"}, {Name: "capacity", Label: "Seats"}}

// mostKept is more fields than any form of ours has.
const mostKept = 20

// keptForm returns the form that a request sends, but for some fields, and whether it can be
// sent again. A passcode is never sent back.
func (v *Visit) keptForm(without ...string) (form keptForm, again bool) {
	form.Action = v.R.URL.EscapedPath()
	if err := parseForm(v.R); err != nil || len(v.R.PostForm) > mostKept || v.R.PostForm.Has("passcode") {
		return form, false
	}
	for _, kept := range typed {
		if v.R.PostForm.Has(kept.Name) {
			kept.Field = v.Text(kept.Name)
			form.Typed = append(form.Typed, kept)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.R.PostForm)) {
		isTyped := slices.ContainsFunc(typed, func(f keptField) bool { return f.Name == name })
		if !isTyped && !slices.Contains(without, name) {
			form.Hidden = append(form.Hidden, keptField{Name: name, Field: v.Text(name)})
		}
	}
	return form, true
}

// All returns all fields.
func (f keptForm) All() []keptField { return slices.Concat(f.Typed, f.Hidden) }
