package intake

import (
	"fmt"
	"slices"
	"strings"

	"go-crablet/domain/courses"
)

// A column is a column of a list, with the names that a first line may give it.
type column struct {
	name     string
	optional bool
	aliases  []string
}

var columnsOf = map[Kind][]column{
	Students: {
		{"name", false, []string{"student", "student name", "full name"}},
		{"id", true, []string{"student id"}},
	},
	Courses: {
		{"title", false, []string{"course", "course title", "name"}},
		{"capacity", false, []string{"seats", "places", "size"}},
		{"id", true, []string{"course id"}},
	},
	Enrolments: {
		{"student", false, []string{"student id"}},
		{"course", false, []string{"course id"}},
	},
}

// A layout says where the cells of a row belong.
type layout struct {
	places map[string]int // the index of each column's cell
	width  int            // how many cells a row may have
}

// layoutOf returns the layout of the list. If the first row names the columns, it says so in the
// list.
func (l *List) layoutOf(rows []row) (layout, error) {
	usual := l.Kind.usualLayout()
	if len(rows) == 0 {
		return usual, nil
	}
	named := layout{map[string]int{}, len(rows[0].cells)}
	var unused []string
	for i, cell := range rows[0].cells {
		name := l.Kind.columnNamed(cell)
		if _, twice := named.places[name]; twice {
			return usual, Problem(fmt.Sprintf("The first line names the column “%s” twice. Leave one of them out.", name))
		}
		if name != "" {
			named.places[name] = i
		} else if courses.ValidText(cell) {
			unused = append(unused, cell)
		}
	}
	_, hasFirst := named.places[columnsOf[l.Kind][0].name]
	missing := l.Kind.missing(named)
	switch {
	case len(named.places) == 0:
		return usual, nil
	case len(missing) == 0:
		const most = 10 // to be named
		l.Header, l.Unused = true, strings.Join(unused[:min(most, len(unused))], ", ")
		return named, nil
	case hasFirst && len(named.places) == 1: // a course that is called "Course", for example
		return usual, nil
	default:
		return usual, Problem(fmt.Sprintf("The first line names no column “%s”. Add it.", missing[0]))
	}
}

// columnNamed returns the name of the column that a cell of a first line stands for, or "".
func (k Kind) columnNamed(cell string) string {
	said := strings.Join(strings.FieldsFunc(strings.ToLower(cell), func(c rune) bool { return c == ' ' || c == '_' || c == '-' }), " ")
	for _, c := range columnsOf[k] {
		if said == c.name || slices.Contains(c.aliases, said) {
			return c.name
		}
	}
	return ""
}

// missing returns the columns that a list of this kind needs and that have no place.
func (k Kind) missing(in layout) (missing []string) {
	for _, c := range columnsOf[k] {
		if _, named := in.places[c.name]; !named && !c.optional {
			missing = append(missing, c.name)
		}
	}
	return missing
}

// usualLayout is the layout of a list whose first line does not name the columns.
func (k Kind) usualLayout() layout {
	usual := layout{map[string]int{}, len(columnsOf[k])}
	for i, c := range columnsOf[k] {
		usual.places[c.name] = i
	}
	return usual
}
