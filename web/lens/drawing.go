package lens

import (
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Drawing is one way to draw the boundary of a decision about a course. [Drawing.For] names the
// course if the decision is about two.
type Drawing struct {
	Name  string // in addresses: "tag"
	Title string // for people: "By tag only"

	draw func(exact dcb.Query) dcb.Query
}

// Drawings returns all drawings. The first is the one that this application uses.
func Drawings() []Drawing {
	return []Drawing{
		{"type-and-tag", "By type and tag", func(exact dcb.Query) dcb.Query { return exact }},
		{"tag", "By tag only", byTag},
		{"stream", "One stream per course", courseStream},
	}
}

// FindDrawing returns the drawing with a name, and whether there is one.
func FindDrawing(name string) (Drawing, bool) {
	all := Drawings()
	i := slices.IndexFunc(all, func(d Drawing) bool { return d.Name == name })
	if i < 0 {
		return Drawing{}, false
	}
	return all[i], true
}

// Exact reports whether it leaves the boundary as the decision states it.
func (d Drawing) Exact() bool { return d.Name == "type-and-tag" }

// Of turns the exact boundary of a decision into this drawing of it.
func (d Drawing) Of(exact dcb.Query) dcb.Query { return d.draw(exact) }

// For returns the drawing for a decision about more than one course. One stream per course is
// then the stream of the course given.
func (d Drawing) For(course courses.CourseID) Drawing {
	if d.Name == "stream" {
		d.draw = func(dcb.Query) dcb.Query { return dcb.NewQuery(dcb.Tags{course.Tag()}) }
	}
	return d
}

// byTag drops the types of all items. An item about a student in a course then lies inside
// the item about the course, and is left out.
func byTag(exact dcb.Query) dcb.Query {
	var q dcb.Query
	items := exact.Items()
	for _, item := range items {
		covered := slices.ContainsFunc(items, func(other dcb.QueryItem) bool {
			return len(other.Tags) > 0 && len(other.Tags) < len(item.Tags) && isSubset(other.Tags, item.Tags)
		})
		switch {
		case len(item.Tags) == 0:
			q = q.Or(dcb.NewQuery(nil, item.Types...)) // no tag to draw it by
		case !covered:
			q = q.Or(dcb.NewQuery(item.Tags))
		}
	}
	return q
}

func isSubset(part, whole dcb.Tags) bool {
	return !slices.ContainsFunc(part, func(t dcb.Tag) bool { return !slices.Contains(whole, t) })
}

// courseStream selects all events about the first course that the query names, and nothing
// else: an aggregate's repository would check its append against them.
func courseStream(exact dcb.Query) dcb.Query {
	anyCourse := string(courses.CourseID("").Tag())
	for _, item := range exact.Items() {
		for _, tag := range item.Tags {
			if strings.HasPrefix(string(tag), anyCourse) {
				return dcb.NewQuery(dcb.Tags{tag})
			}
		}
	}
	return dcb.Query{}
}
