package catalogue

import (
	"net/http"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// RenameStudent carries out the form on the student's page.
func (p *Pages) RenameStudent(v *site.Visit) error {
	id := courses.StudentID(v.ID("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	names, err := p.Names(v.Context(), id.Tag())
	if err != nil {
		return err
	}
	name := v.Text("name")
	if !courses.ValidText(name.Value) {
		name.Error = ui.Sentence(courses.ErrNameInvalid.Error())
	}
	if ui.FocusFirst(&name) {
		return p.showStudent(v, id, http.StatusUnprocessableEntity, nil, name)
	}
	cmd := courses.RenameStudent{Student: id, NewName: sealed.Text(name.Value), Request: v.Key()}
	if !names.InPlainText(id) { // or names could not be compared, and the first one would stay anyway
		if cmd.NewName, err = courses.SealName(v.Context(), p.Keys, id, name.Value); err != nil {
			return err
		}
	}
	return p.carryOut(v, cmd, names.Stored(id)+" is renamed "+string(cmd.NewName), story.StudentURL(id))
}
