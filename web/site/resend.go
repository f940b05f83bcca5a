package site

import (
	"maps"
	"slices"

	"go-crablet/web/ui"
)

// A sentForm is a form that was sent and not carried out. A page shows it to be sent again.
type sentForm struct {
	Action string
	Typed  []sentField // what the visitor typed in
	Hidden []sentField // all other fields
}

type sentField struct {
	Name, Label string
	ui.Field
}

// typedFields are all fields that visitors type into, in the order in which forms have them.
var typedFields = []sentField{{Name: "title", Label: "Title"}, {Name: "name", Label: "Name"}, {Name: "capacity", Label: "Seats"}}

// mostFields is more than any form of this site has.
const mostFields = 20

// sentForm returns the form of the request without some of its fields, and whether it can be
// sent again. The passcode is never sent back: the form on which one signs in can't be sent
// without it, and any other form asks for it again.
func (v *Visit) sentForm(without ...string) (form sentForm, complete bool) {
	form.Action = v.R.URL.EscapedPath()
	if err := parseForm(v.R); err != nil || len(v.R.PostForm) > mostFields || form.Action == registrarPath {
		return form, false
	}
	without = append(without, passcodeField)
	for _, field := range typedFields {
		if v.R.PostForm.Has(field.Name) {
			field.Field = v.Text(field.Name)
			form.Typed = append(form.Typed, field)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.R.PostForm)) {
		isTyped := slices.ContainsFunc(typedFields, func(f sentField) bool { return f.Name == name })
		if !isTyped && !slices.Contains(without, name) {
			form.Hidden = append(form.Hidden, sentField{Name: name, Field: v.Text(name)})
		}
	}
	return form, true
}

// All returns all fields.
func (f sentForm) All() []sentField { return slices.Concat(f.Typed, f.Hidden) }
