package web

import (
	"net/http"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// renameStudent carries out the form on the student's page.
func (s *server) renameStudent(w http.ResponseWriter, r *http.Request) error {
	id := courses.StudentID(r.PathValue("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	names, err := s.names(r.Context(), id.Tag())
	if err != nil {
		return err
	}
	name := text(r, "name")
	if !courses.ValidText(name.Value) {
		name.Error = sentence(courses.ErrNameInvalid.Error())
	}
	if focusFirst(&name) {
		return s.showStudent(w, r, id, http.StatusUnprocessableEntity, nil, name)
	}
	cmd := courses.RenameStudent{Student: id, NewName: sealed.Text(name.Value), Request: requestOf(r)}
	if !names.InPlainText(id) { // or names could not be compared, and the first one would stay anyway
		if cmd.NewName, err = courses.SealName(r.Context(), s.Keys, id, name.Value); err != nil {
			return err
		}
	}
	return s.carryOut(w, r, cmd, names.Stored(id)+" is renamed "+string(cmd.NewName), studentURL(id))
}
