package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gorilla/sessions"
)

// stageModeKey keeps in the session that the visitor shows pages to a room.
const stageModeKey = "stage_mode"

func inStageMode(session *sessions.Session) bool {
	on, _ := session.Values[stageModeKey].(bool)
	return on
}

// SetMode turns stage mode on or off, and goes back to the page of the form.
func (s *Site) SetMode(v *Visit) error {
	own := v.Own()
	switch v.R.PostForm.Get("mode") {
	case "stage":
		own.Values[stageModeKey] = true
	case "usual":
		delete(own.Values, stageModeKey)
	default:
		return BadRequest(http.StatusUnprocessableEntity, "There are two modes. Send the field mode as stage or usual.")
	}
	page := v.sameMoment(v.CameFrom("/"))
	if err := own.Save(v.R, v.W); err != nil {
		return err
	}
	return v.Redirect(page)
}

// sameMoment returns the address of a page as of the position that the page of the form showed.
// Forms lead to a page as it is now, because that is where their effect is. A mode has no effect
// on the log.
func (v *Visit) sameMoment(page string) string {
	from, err := url.Parse(v.R.PostForm.Get("from"))
	if err != nil || !strings.HasPrefix(page, from.Path) {
		return page
	}
	if position, err := strconv.ParseInt(from.Query().Get("as_of"), 10, 64); err == nil && position > 0 {
		return AsOfURL(page, position)
	}
	return page
}
