package web

import (
	"net/http"

	"github.com/gorilla/sessions"
)

// largeKey keeps in the session that the visitor presents: everything is shown as large
// as the back row needs it.
const largeKey = "large"

func isLarge(session *sessions.Session) bool {
	large, _ := session.Values[largeKey].(bool)
	return large
}

// setType chooses how large everything is, and goes back to where the visitor was.
func (s *server) setType(w http.ResponseWriter, r *http.Request) error {
	own := s.own(r)
	switch size := r.PostForm.Get("size"); size {
	case "large":
		own.Values[largeKey] = true
	case "usual":
		delete(own.Values, largeKey)
	default:
		return badRequest{http.StatusUnprocessableEntity, "There are two sizes of type. Send the field size as large or usual."}
	}
	page, err := s.cameFrom(r, "/")
	if err != nil {
		return err
	}
	if err := own.Save(r, w); err != nil {
		return err
	}
	return to(page)(w, r)
}
