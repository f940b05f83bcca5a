package site

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// How many rows of a list a page shows, so that it is a page whatever the list.
const (
	CoursesPerPage   = 24
	StudentsPerPage  = 50
	SeatsPerPage     = 25
	EventsPerPage    = 25 // of a history
	LinesPerPage     = 50 // of the log
	DecisionsPerPage = 50
	MostToChoose     = 25 // students to choose from
)

// A List is one that a page shows a part of: which part stands in the page's address,
// in a parameter of the list's name.
type List struct {
	Name  string
	Label string
	Path  string     // of the page that it stands on
	Find  string     // what is searched for, or ""
	With  url.Values // what else narrows it, as it stands in the address
}

// Turn returns which way from which row the address wants to go, or nothing for
// where the list begins.
func (l List) Turn(v *Visit) (direction, from string) {
	direction, from, _ = strings.Cut(v.R.URL.Query().Get(l.Name), ".")
	return direction, from
}

// At returns where in a list of events, or of what began with one, the address
// wants to be.
func (l List) At(v *Visit) (readmodel.Cursor, error) {
	direction, from := l.Turn(v)
	position, err := strconv.ParseInt(from, 10, 64)
	switch {
	case direction == "" && from == "":
		return readmodel.Cursor{}, nil
	case err == nil && position > 0 && direction == "after":
		return readmodel.Cursor{After: position}, nil
	case err == nil && position > 0 && direction == "before":
		return readmodel.Cursor{Before: position}, nil
	}
	return readmodel.Cursor{}, l.NoSuchPlace()
}

func (l List) NoSuchPlace() error {
	return BadRequest(
		http.StatusBadRequest,
		"There is no such place in a list. Leave "+l.Name+" out of the address, and the list begins at its start.",
	)
}

// Pager leads on from the page of the list that is at a place.
func (l List) Pager(at readmodel.Cursor, previous, next *readmodel.Cursor) ui.Pager {
	p := ui.Pager{
		Label: l.Label, Back: "Previous", On: "Next",
		Start: List{Name: l.Name, Path: l.Path}.Url(""),
		Part:  at != readmodel.Cursor{} || l.Find != "" || len(l.With) > 0,
	}
	if previous != nil {
		p.Previous = l.Url(turnTo(*previous))
	}
	if next != nil {
		p.Next = l.Url(turnTo(*next))
	}
	return p
}

// turnTo returns what stands in an address for a place.
func turnTo(at readmodel.Cursor) string {
	if at.Before > 0 {
		return "before." + strconv.FormatInt(at.Before, 10)
	}
	return "after." + strconv.FormatInt(at.After, 10)
}

// Url returns the address of a page of the list, "" for the first.
func (l List) Url(turn string) string {
	query := url.Values{}
	maps.Copy(query, l.With)
	if l.Find != "" {
		query.Set("find", l.Find)
	}
	if turn != "" {
		query.Set(l.Name, turn)
	}
	address := url.URL{Path: l.Path, RawQuery: query.Encode(), Fragment: l.Name}
	return address.String()
}

// StudentsOf returns students to choose from.
func StudentsOf(found []readmodel.Student) []ui.Option {
	var all []ui.Option
	for _, s := range found {
		all = append(all, ui.Option{ID: string(s.ID), Name: s.Name})
	}
	return all
}
