package catalogue

import (
	"errors"
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
	cmd := courses.RenameStudent{Student: id, NewName: sealed.Text(name.Value), Seen: sealed.Text(seen(v)), Request: v.Key()}
	// A name in plain text stays in the log, and a sealed one could not be compared with it.
	if !names.InPlainText(id) {
		if cmd.NewName, err = courses.SealName(v.Context(), p.Keys, id, name.Value); err != nil {
			return err
		}
		if cmd.Seen, err = p.sealSeen(v, id); err != nil {
			return err
		}
	}
	result, err := p.decisions.Decide(v, cmd, names.Stored(id)+" is renamed "+string(cmd.NewName))
	if errors.Is(err, courses.ErrOtherName) {
		return p.showStudent(v, id, http.StatusConflict, nil, asks(name))
	}
	return p.answer(v, cmd, result, err, story.StudentURL(id))
}

// sealSeen seals the name that a form showed. A name that is sealed again is the same text.
func (p *Pages) sealSeen(v *site.Visit, id courses.StudentID) (sealed.Text, error) {
	if seen(v) == "" {
		return "", nil
	}
	return courses.SealName(v.Context(), p.Keys, id, seen(v))
}
