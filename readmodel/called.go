package readmodel

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Pages write a name in one way, wherever it stands: a list, a button, a sentence. Two people
// may be called the same, so the id stands behind a name that is not unique among those whom
// lists show. Names are the same if a reader could take one for the other: if they differ only
// in case, accents or white space.
//
// A page as of an earlier position knows only the names that it shows, so it compares those.

// Called returns the title of the course as pages write it.
func (c Course) Called() string { return called(c.Title, c.ID, c.Shared) }

// Called returns the name of the student as pages write it.
func (s Student) Called() string { return called(s.Name, s.ID, s.Shared) }

// Called returns the name of the member as pages write it.
func (m Member) Called() string { return called(m.Name, m.ID, m.Shared) }

// Called returns the title of the place's course as pages write it.
func (p Place) Called() string { return called(p.Title, p.Course, p.Shared) }

func called[ID ~string](name string, id ID, shared bool) string {
	if shared {
		return Isolated(name) + " (" + string(id) + ")"
	}
	return Isolated(name)
}

// Isolated puts a name that has letters which are written from right to left between two marks
// of Unicode. They keep its direction from the text around it, as the element bdi does, and
// work where an element can't stand: in a title, in a choice. Marks that are in the name
// itself are replaced, so they can't end this isolation.
func Isolated(name string) string {
	const first, last = "\u2068", "\u2069"
	name = marks.Replace(name)
	if strings.ContainsFunc(name, fromRightToLeft) {
		return first + name + last
	}
	return name
}

// marks replaces what begins or ends an isolation.
var marks = strings.NewReplacer("\u2066", "\ufffd", "\u2067", "\ufffd", "\u2068", "\ufffd", "\u2069", "\ufffd")

func fromRightToLeft(c rune) bool {
	properties, _ := bidi.LookupRune(c)
	class := properties.Class()
	return class == bidi.R || class == bidi.AL
}
