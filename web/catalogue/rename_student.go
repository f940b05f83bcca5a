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
	id, err := studentAt(v)
	if err != nil {
		return err
	}
	names, err := p.Names(v.Context(), id.Tag())
	if err != nil {
		return err
	}
	name := v.Text("name")
	checkText(&name, courses.ErrNameInvalid)
	if ui.FocusFirst(&name) {
		return p.showStudent(v, id, http.StatusUnprocessableEntity, nil, name)
	}
	cmd := courses.RenameStudent{Student: id, NewName: sealed.Text(name.Value), Request: v.Key()}
	// A name in plain text stays in the log, and a sealed one could not be compared with it.
	if !names.InPlainText(id) {
		if cmd.NewName, err = courses.SealName(v.Context(), p.Keys, id, name.Value); err != nil {
			return err
		}
	}
	return p.carryOut(v, cmd, names.Stored(id)+" is renamed "+string(cmd.NewName), story.StudentURL(id))
}
