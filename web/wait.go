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

// The fields of forms that people type into, in the order of the forms.
var typed = []keptField{{Name: "title", Label: "Title"}, {Name: "name", Label: "Name"}, {Name: "capacity", Label: "Seats"}}

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
		for _, kept := range typed {
			if r.PostForm.Has(kept.Name) {
				kept.field = text(r, kept.Name)
				view.Typed = append(view.Typed, kept)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
			if !slices.ContainsFunc(typed, func(f keptField) bool { return f.Name == name }) {
				view.Hidden = append(view.Hidden, keptField{Name: name, field: text(r, name)})
			}
		}
	}
	w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
	return render(w, r, http.StatusTooManyRequests, waitPage(view))
}
