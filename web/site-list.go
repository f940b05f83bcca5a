package web

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
	coursesPerPage   = 24
	studentsPerPage  = 50
	seatsPerPage     = 25
	eventsPerPage    = 25 // of a history
	linesPerPage     = 50 // of the log
	decisionsPerPage = 50
	mostToChoose     = 25 // students to choose from
)

// A list is one that a page shows a part of: which part stands in the page's address,
// in a parameter of the list's name.
type list struct {
	name  string
	label string
	path  string     // of the page that it stands on
	find  string     // what is searched for, or ""
	with  url.Values // what else narrows it, as it stands in the address
}

// turn returns which way from which row the address wants to go, or nothing for
// where the list begins.
func (l list) turn(v *visit) (direction, from string) {
	direction, from, _ = strings.Cut(v.R.URL.Query().Get(l.name), ".")
	return direction, from
}

// at returns where in a list of events, or of what began with one, the address
// wants to be.
func (l list) at(v *visit) (readmodel.Cursor, error) {
	direction, from := l.turn(v)
	position, err := strconv.ParseInt(from, 10, 64)
	switch {
	case direction == "" && from == "":
		return readmodel.Cursor{}, nil
	case err == nil && position > 0 && direction == "after":
		return readmodel.Cursor{After: position}, nil
	case err == nil && position > 0 && direction == "before":
		return readmodel.Cursor{Before: position}, nil
	}
	return readmodel.Cursor{}, l.noSuchPlace()
}

func (l list) noSuchPlace() error {
	return badRequest(
		http.StatusBadRequest,
		"There is no such place in a list. Leave "+l.name+" out of the address, and the list begins at its start.",
	)
}

// pager leads on from the page of the list that is at a place.
func (l list) pager(at readmodel.Cursor, previous, next *readmodel.Cursor) ui.Pager {
	p := ui.Pager{
		Label: l.label, Back: "Previous", On: "Next",
		Start: list{name: l.name, path: l.path}.url(""),
		Part:  at != readmodel.Cursor{} || l.find != "" || len(l.with) > 0,
	}
	if previous != nil {
		p.Previous = l.url(turnTo(*previous))
	}
	if next != nil {
		p.Next = l.url(turnTo(*next))
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

// url returns the address of a page of the list, "" for the first.
func (l list) url(turn string) string {
	query := url.Values{}
	maps.Copy(query, l.with)
	if l.find != "" {
		query.Set("find", l.find)
	}
	if turn != "" {
		query.Set(l.name, turn)
	}
	address := url.URL{Path: l.path, RawQuery: query.Encode(), Fragment: l.name}
	return address.String()
}

// studentsOf returns students to choose from.
func studentsOf(found []readmodel.Student) []ui.Option {
	var all []ui.Option
	for _, s := range found {
		all = append(all, ui.Option{ID: string(s.ID), Name: s.Name})
	}
	return all
}
