package lens

import (
	"fmt"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// A switchboard shows the switches of a boundary, a row for each part.
type switchboard struct {
	Rows    []switchRow
	Waiting []switchRow // about students whom a second read found, because they wait
	More    int         // how many more of them there are: no row is shown for them
	Size    string      // in what the boundary differs from the exact one
}

// mostWaiting is how many rows about students who wait are shown.
const mostWaiting = 5

// A switchRow is a part: one switch for all of it, one for every event, and one for each type.
type switchRow struct {
	Number     int
	Subject    string
	All, Every switchView
	Kinds      []switchView
}

// A switchView is a button that turns a switch.
type switchView struct {
	ID, Name string // on the page, and in addresses; "" for a button that turns several switches
	Icon     string
	Words    string
	Exact    bool // inside the boundary as the decision states it
	Base     bool // inside the drawing that the address names
	On       bool
	Draw     string // how the address draws the boundary after the press
}

// board shows the switches of a decision about a student.
func (s switches) board(names readmodel.Names, student courses.StudentID) switchboard {
	board := switchboard{Size: s.size()}
	for i, p := range s.parts {
		other, isOfStudent := courses.StudentIn(p.tags[0])
		switch {
		case len(p.tags) > 1 || !isOfStudent || other == student:
			board.Rows = append(board.Rows, s.row(names, i))
		case len(board.Waiting) < mostWaiting:
			board.Waiting = append(board.Waiting, s.row(names, i))
		default:
			board.More++
		}
	}
	return board
}

// row shows part i.
func (s switches) row(names readmodel.Names, i int) switchRow {
	p := s.parts[i]
	on, isExact := len(p.types()), func(k kind) bool { return k.exact }
	row := switchRow{Number: i, Subject: story.Subject(names, p.tags)}
	row.All = switchView{Words: row.Subject, On: on > 0, Draw: s.address(i, isExact)}
	row.Every = switchView{Words: "every event", On: on == len(p.kinds), Draw: s.address(i, func(kind) bool { return true })}
	if row.All.On {
		row.All.Draw = s.address(i, func(kind) bool { return false })
	}
	if row.Every.On {
		row.Every.Draw = s.address(i, isExact)
	}
	for j, k := range p.kinds {
		words := story.WordsOfType(k.name)
		row.Kinds = append(row.Kinds, switchView{
			ID: switchID(i, j), Name: p.nameOf(k), Icon: words.Icon, Words: words.Noun, Exact: k.exact, Base: k.base, On: k.on,
			Draw: s.address(i, func(other kind) bool { return other.on != (other.name == k.name) }),
		})
	}
	return row
}

// idsFor returns the ids of the switches that have an event inside, with a space between two.
func (s switches) idsFor(e dcb.Event) string {
	var ids []string
	for i, p := range s.parts {
		j := slices.IndexFunc(p.kinds, func(k kind) bool { return k.name == e.Type })
		if j >= 0 && dcb.NewQuery(p.tags).Matches(e) {
			ids = append(ids, switchID(i, j))
		}
	}
	return strings.Join(ids, " ")
}

func switchID(part, kind int) string { return fmt.Sprintf("switch-%d-%d", part, kind) }
