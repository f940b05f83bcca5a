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

// The number of rows of a list that one page shows.
const (
	CoursesPerPage   = 24
	StudentsPerPage  = 50
	SeatsPerPage     = 25
	EventsPerPage    = 25 // of a history
	LinesPerPage     = 50 // of the log
	DecisionsPerPage = 50
	MostToChoose     = 25 // students to choose from
)

// A List is a list that a page shows in parts. A parameter of the page's address says which
// part: "after.7" are the rows after 7, and "before.7" those before it.
type List struct {
	Name  string     // of the parameter, and of the element on the page
	Label string     // for screen readers
	Path  string     // of the page
	Find  string     // what is searched for, or ""
	With  url.Values // the other parameters that filter the list
	Order string     // ByName, or "" for the order in which the rows began
}

// ByName is the order of a list by the names in it. It is the value of the parameter "order".
const ByName = "name"

// Order returns the order of a list that an address asks for.
func (v *Visit) Order() (string, error) {
	order, err := v.Only("order")
	if err == nil && order != "" && order != ByName {
		err = BadRequest(http.StatusBadRequest, "There is no such order. Write order=name in the address, or leave order out: then the list is in the order of time.")
	}
	return order, err
}

// Orders leads from the list to the same list in another order. It keeps what is searched for.
func (l List) Orders() ui.Orders {
	byTime, byName := l, l
	byTime.Order, byName.Order = "", ByName
	return ui.Orders{Label: l.Label, ByTime: byTime.URL(""), ByName: byName.URL(""), Name: l.Order == ByName}
}

// Turn returns the two halves of the list's parameter, such as "after" and "7". Both are empty
// for the start of the list.
func (l List) Turn(v *Visit) (direction, from string) {
	direction, from, _ = strings.Cut(v.R.URL.Query().Get(l.Name), ".")
	return direction, from
}

// At returns the part that the address asks for, of a list whose rows have positions in the
// log.
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

// NoSuchPlace is the error of an address that asks for an impossible part.
func (l List) NoSuchPlace() error {
	return BadRequest(
		http.StatusBadRequest,
		"The list has no such part. Leave "+l.Name+" out of the address to see its start.",
	)
}

// Pager leads from the part at a cursor to the previous and the next part, where there are.
func (l List) Pager(at readmodel.Cursor, previous, next *readmodel.Cursor) ui.Pager {
	p := ui.Pager{
		Label: l.Label, Back: "Previous", On: "Next",
		Start: List{Name: l.Name, Path: l.Path, Order: l.Order}.URL(""),
		Part:  at != readmodel.Cursor{} || l.Find != "" || len(l.With) > 0,
	}
	if previous != nil {
		p.Previous = l.URL(turnTo(*previous))
	}
	if next != nil {
		p.Next = l.URL(turnTo(*next))
	}
	return p
}

// turnTo returns the parameter of the list for a cursor.
func turnTo(at readmodel.Cursor) string {
	if at.Before > 0 {
		return "before." + strconv.FormatInt(at.Before, 10)
	}
	return "after." + strconv.FormatInt(at.After, 10)
}

// URL returns the address of a part of the list. An empty turn is its start.
func (l List) URL(turn string) string {
	query := url.Values{}
	maps.Copy(query, l.With)
	if l.Find != "" {
		query.Set("find", l.Find)
	}
	if l.Order != "" {
		query.Set("order", l.Order)
	}
	if turn != "" {
		query.Set(l.Name, turn)
	}
	address := url.URL{Path: l.Path, RawQuery: query.Encode(), Fragment: l.Name}
	return address.String()
}

// StudentsOf returns students as options of a form.
func StudentsOf(found []readmodel.Student) []ui.Option {
	var all []ui.Option
	for _, s := range found {
		all = append(all, ui.Option{ID: string(s.ID), Name: s.Called()})
	}
	return all
}
