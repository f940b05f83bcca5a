package site

import (
	"net/http"

	"github.com/gorilla/sessions"
)

// largeKey keeps in the session that the visitor presents: pages are shown large enough for the
// back row of a hall.
const largeKey = "large"

func isLarge(session *sessions.Session) bool {
	large, _ := session.Values[largeKey].(bool)
	return large
}

// SetType chooses between large and usual type, and goes back to the page of the form.
func (s *Site) SetType(v *Visit) error {
	own := v.Own()
	switch size := v.R.PostForm.Get("size"); size {
	case "large":
		own.Values[largeKey] = true
	case "usual":
		delete(own.Values, largeKey)
	default:
		return BadRequest(http.StatusUnprocessableEntity, "There are two sizes of type. Send the field size as large or usual.")
	}
	page := v.CameFrom("/")
	if err := own.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}
