package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// tooSoon returns how long a client has to wait before it may send more.
func (s *server) tooSoon(r *http.Request) time.Duration {
	if s.writes == nil {
		return 0
	}
	return s.writes.take(clientOf(r).network())
}

type waitView struct {
	layout
	Wait   string // how long
	Action string
	Typed  []keptField // what the visitor put in
	Hidden []keptField // and what came with it
	Again  bool        // the form can be sent from here
}

type keptField struct {
	Name, Label string
	field
}

// The fields of forms that people type into, and how they are called.
var typed = map[string]string{"title": "Title", "name": "Name", "capacity": "Seats"}

// mostKept is more fields than any form of ours has.
const mostKept = 20

// askToWait answers a form that was sent too soon. The page has the form in it, so
// that nothing needs to be typed again; only a passcode is never sent back.
func (s *server) askToWait(w http.ResponseWriter, r *http.Request, wait time.Duration) error {
	view := waitView{
		layout: layout{Title: "One moment", Database: s.Database, OpenDemo: s.openDemo()},
		Wait:   waiting(wait),
		Action: r.URL.EscapedPath(),
	}
	if err := parseForm(r); err == nil && len(r.PostForm) <= mostKept && !r.PostForm.Has("passcode") {
		view.Again = true
		for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
			kept := keptField{Name: name, Label: typed[name], field: text(r, name)}
			if kept.Label == "" {
				view.Hidden = append(view.Hidden, kept)
			} else {
				view.Typed = append(view.Typed, kept)
			}
		}
	}
	w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
	return render(w, r, http.StatusTooManyRequests, waitPage(view))
}
