package stage

import (
	"slices"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab/stage"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// A role is how the page speaks of an actor.
type role struct {
	Heading string // "Ada, tab 1"
	Name    string // at the beginning of a sentence: "Tab 1"
	Inner   string // inside a sentence: "tab 1"
	Letter  string // on the pin: "1"
}

var (
	ada       = role{"Ada", "Ada", "Ada", "A"}
	kofi      = role{"Kofi", "Kofi", "Kofi", "K"}
	registrar = role{"The registrar", "The registrar", "the registrar", "R"}
	firstTab  = role{"Ada, tab 1", "Tab 1", "tab 1", "1"}
	secondTab = role{"Ada, tab 2", "Tab 2", "tab 2", "2"}
)

func roleOf(beside stage.Beside, who stage.Who) role {
	switch {
	case beside == stage.SecondTab && who == stage.A:
		return firstTab
	case beside == stage.SecondTab:
		return secondTab
	case who == stage.A:
		return ada
	case beside == stage.NewTitle:
		return registrar
	}
	return kofi
}

// names are the names of all courses and students that have a part.
var names = readmodel.Names{
	Courses: map[courses.CourseID]string{stage.TypeTheory: stage.OldTitle, stage.Logic: "Logic"},
	Students: map[courses.StudentID]string{
		stage.Ada: "Ada", stage.Kofi: "Kofi", stage.Mei: "Mei", stage.Noor: "Noor",
	},
}

func wordsOf(e dcb.Event) story.EventWords { return story.Words(names, e.Type, e.Data) }

// wants says in a word or two what an actor decided to do.
func wants(m stage.Moment) string {
	if m.Wish[0].Type == (courses.CourseRenamed{}).EventType() {
		return "rename it."
	}
	return "take it."
}

// numbers writes the positions of events: "7", "4 and 6".
func numbers(events []dcb.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, strconv.FormatInt(e.Position, 10))
	}
	return strings.Join(all, " and ")
}

// about names what all events have to do with that a query of one item matches.
func about(tags dcb.Tags) string {
	var all []string
	for _, tag := range tags {
		if course, ok := courses.CourseIn(tag); ok {
			all = append(all, names.Course(course))
		}
		if student, ok := courses.StudentIn(tag); ok {
			all = append(all, names.Student(student))
		}
	}
	return strings.Join(all, " with ")
}

// condition says what an append demands: what must not have happened, and since when. The second
// part goes on in another line.
func condition(r stage.Record, m stage.Moment) (what, since string) {
	since = "after " + strconv.FormatInt(m.After, 10)
	items := m.Query.Items()
	switch {
	case len(items) == 0:
		return "whatever came", since
	case !sameTags(items, r.Rests[m.Who].Items()):
		return "only if nothing on", about(items[0].Tags) + " " + since
	}
	return "only if nothing", "new inside " + since
}

// sameTags reports whether two lists of items ask for the same tags, in the same order.
func sameTags(a, b []dcb.QueryItem) bool {
	return slices.EqualFunc(a, b, func(a, b dcb.QueryItem) bool { return slices.Equal(a.Tags, b.Tags) })
}
