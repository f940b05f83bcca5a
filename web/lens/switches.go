package lens

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// switches are a boundary that is drawn by hand. Each switch has one type of events, under the
// tags of one part, inside the boundary or outside.
type switches struct {
	exact dcb.Query       // the boundary as the decision states it
	kept  []dcb.QueryItem // the items about the request: they have no switches
	parts []part
}

// A part is what a boundary looks at under some tags, such as those of a course.
type part struct {
	tags  dcb.Tags
	kinds []kind
}

// A kind is the switch of one type of events. It says whether they are inside.
type kind struct {
	name  string // the type
	exact bool   // in the boundary as the decision states it
	base  bool   // in the drawing that the address names
	on    bool   // in the boundary that is drawn
}

// switchesOf returns the switches as they stand in a drawing of an exact boundary. A part has the
// types that the decision looks at, and behind them all others that an event with its tags can have.
func switchesOf(exact, drawn dcb.Query) switches {
	s := switches{exact: exact}
	for _, item := range drawn.Items() {
		if slices.ContainsFunc(item.Tags, courses.OfRequest) {
			s.kept = append(s.kept, item)
		}
	}
	for _, item := range exact.Items() {
		if slices.ContainsFunc(item.Tags, courses.OfRequest) {
			continue
		}
		p := part{tags: item.Tags}
		for _, name := range append(slices.Clone(item.Types), typesUnder(item)...) {
			is := dcb.NewQuery(item.Tags, item.Types...).Matches(dcb.Event{Type: name, Tags: item.Tags})
			on := looksAt(drawn, item.Tags, name)
			p.kinds = append(p.kinds, kind{name: name, exact: is, base: on, on: on})
		}
		s.parts = append(s.parts, p)
	}
	return s
}

// typesUnder returns the types of facts that can carry the item's tags, and that the item does
// not name.
func typesUnder(item dcb.QueryItem) (names []string) {
	for _, name := range story.FactTypes() {
		fact, err := courses.Decode(name, []byte("{}"))
		if err == nil && !slices.Contains(item.Types, name) && isSubset(keysOf(item.Tags), keysOf(fact.Tags())) {
			names = append(names, name)
		}
	}
	return names
}

// keysOf returns the tags without what they name: "course_id" for each course.
func keysOf(tags dcb.Tags) (keys dcb.Tags) {
	for _, tag := range tags {
		key, _, _ := strings.Cut(string(tag), ":")
		keys = append(keys, dcb.Tag(key))
	}
	return keys
}

// looksAt reports whether an item with exactly these tags has the type inside.
func looksAt(query dcb.Query, tags dcb.Tags, name string) bool {
	return slices.ContainsFunc(query.Items(), func(item dcb.QueryItem) bool {
		return slices.Equal(item.Tags, tags) && (len(item.Types) == 0 || slices.Contains(item.Types, name))
	})
}

// turn turns the switches that an address names. A switch whose tags are not in the boundary is
// left out: somebody may have waited when the address was made.
func (s switches) turn(address string) error {
	if address == "" {
		return nil
	}
	for name := range strings.SplitSeq(address, ",") {
		_, eventType, found := strings.Cut(name, "/")
		if !found || !slices.Contains(story.FactTypes(), eventType) {
			return site.BadRequest(http.StatusBadRequest, fmt.Sprintf(
				"There is no switch “%s”. The address names each switch by tags and a type, such as course_id:compilers/CourseRenamed, with a comma between two.", name))
		}
		for _, p := range s.parts {
			for i, k := range p.kinds {
				if p.nameOf(k) == name {
					p.kinds[i].on = !k.on
				}
			}
		}
	}
	return nil
}

// nameOf names a switch in addresses.
func (p part) nameOf(k kind) string { return strings.Join(story.TagTexts(p.tags), "+") + "/" + k.name }

// address names the switches that stand otherwise than in the drawing that the address names, if
// those of part i are set as on says.
func (s switches) address(i int, on func(kind) bool) string {
	var turned []string
	for j, p := range s.parts {
		for _, k := range p.kinds {
			if i == j && on(k) != k.base || i != j && k.on != k.base {
				turned = append(turned, p.nameOf(k))
			}
		}
	}
	return strings.Join(turned, ",")
}

// query is the boundary that is drawn.
func (s switches) query() dcb.Query {
	if s.all(func(k kind) bool { return k.on == k.exact }) {
		return s.exact
	}
	items := slices.Clone(s.kept)
	for _, p := range s.parts {
		switch on := p.types(); {
		case len(on) == len(p.kinds):
			items = append(items, dcb.QueryItem{Tags: p.tags}) // every event
		case len(on) > 0:
			items = append(items, dcb.QueryItem{Tags: p.tags, Types: on})
		}
	}
	return dcb.QueryOf(items...)
}

// widest is the largest boundary that can be drawn with the switches.
func (s switches) widest() (q dcb.Query) {
	for _, p := range s.parts {
		q = q.Or(dcb.NewQuery(p.tags))
	}
	return q
}

// types are those that are inside.
func (p part) types() (names []string) {
	for _, k := range p.kinds {
		if k.on {
			names = append(names, k.name)
		}
	}
	return names
}

func (s switches) all(holds func(kind) bool) bool {
	return !slices.ContainsFunc(s.parts, func(p part) bool {
		return slices.ContainsFunc(p.kinds, func(k kind) bool { return !holds(k) })
	})
}

// standsAs reports whether all switches stand as they stand in a drawing.
func (s switches) standsAs(drawn dcb.Query) bool {
	same := func(a, b kind) bool { return a.on == b.on }
	return slices.EqualFunc(s.parts, switchesOf(s.exact, drawn).parts, func(a, b part) bool { return slices.EqualFunc(a.kinds, b.kinds, same) })
}

// rebase has the address name the drawing as which the switches stand.
func (s switches) rebase() {
	for _, p := range s.parts {
		for i := range p.kinds {
			p.kinds[i].base = p.kinds[i].on
		}
	}
}

// size says in what the drawn boundary differs from the exact one.
func (s switches) size() string {
	larger := !s.all(func(k kind) bool { return k.exact || !k.on })
	smaller := !s.all(func(k kind) bool { return k.on || !k.exact })
	switch {
	case larger && smaller:
		return "Too large and too small."
	case larger:
		return "Too large: it has false conflicts."
	case smaller:
		return "Too small: it misses conflicts."
	default:
		return "Exact: what the rules need."
	}
}
