package web

import (
	"net/http"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// renameStudent carries out the form on the student's page.
func (p *cataloguePages) renameStudent(v *visit) error {
	id := courses.StudentID(v.id("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	names, err := p.names(v.context(), id.Tag())
	if err != nil {
		return err
	}
	name := v.text("name")
	if !courses.ValidText(name.Value) {
		name.Error = ui.Sentence(courses.ErrNameInvalid.Error())
	}
	if ui.FocusFirst(&name) {
		return p.showStudent(v, id, http.StatusUnprocessableEntity, nil, name)
	}
	cmd := courses.RenameStudent{Student: id, NewName: sealed.Text(name.Value), Request: v.key()}
	if !names.InPlainText(id) { // or names could not be compared, and the first one would stay anyway
		if cmd.NewName, err = courses.SealName(v.context(), p.Keys, id, name.Value); err != nil {
			return err
		}
	}
	return p.carryOut(v, cmd, names.Stored(id)+" is renamed "+string(cmd.NewName), story.StudentURL(id))
}
