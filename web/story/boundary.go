package story

import (
	"fmt"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// A BoundaryView is the boundary of an attempt, in words and as the query.
type BoundaryView struct {
	Items     []queryItem // none in a retry with the same boundary
	Same      int         // the attempt whose boundary it is, if there are no items
	Found     string      // what only a second read could name, or ""
	Condition string      // what the append was conditional on, or ""
}

// A queryItem is one item of a query, in our words and in its own.
type queryItem struct {
	Subject string // what its tags stand for
	Kinds   string // what its types stand for
	Tags    []string
	Types   []string
	Found   bool // in a second read
}

func BoundaryOf(names readmodel.Names, record receipt.Receipt, i int) BoundaryView {
	view, says := BoundaryView{Same: 1}, "The condition now says"
	attempt := record.Attempts[i]
	for j := range i {
		if record.Attempts[j].Moved != nil {
			view.Same = j + 1
		}
	}
	switch {
	case i == 0:
		says = "The condition says"
		view.List(names, record.Boundary, attempt)
	case attempt.Moved != nil:
		view.List(names, attempt.Moved.Boundary, attempt)
	}
	if len(attempt.Wanted) > 0 {
		view.Condition = fmt.Sprintf("%s: nothing inside after %d.", says, attempt.ReadTo)
	}
	return view
}

// List fills in the items. Those about the students who wait were found when it was
// known who waits; they are alike, and named together.
func (v *BoundaryView) List(names readmodel.Names, items []dcb.QueryItem, attempt receipt.Attempt) {
	waiters := waitersOf(attempt)
	for _, item := range items {
		v.Items = append(v.Items, queryItem{
			Subject: Subject(names, item.Tags), Kinds: kindsOf(item),
			Tags: TagTexts(item.Tags), Types: item.Types,
			Found: len(item.Tags) == 1 && slices.Contains(waiters, item.Tags[0]),
		})
	}
	if len(waiters) > 0 {
		v.Found = "how many courses " + ui.And(fewOf(StudentNames(names, studentsIn(waiters)))) + " had"
	}
}

// waitersOf returns the tags of the students whom an attempt found waiting.
func waitersOf(attempt receipt.Attempt) dcb.Tags {
	var tags dcb.Tags
	for _, waiter := range Known(attempt.Knew, "waiters").Items {
		tags = append(tags, courses.StudentID(Known(waiter, "student").Value).Tag())
	}
	return tags
}

func studentsIn(tags dcb.Tags) []courses.StudentID {
	ids := make([]courses.StudentID, len(tags))
	for i, tag := range tags {
		ids[i], _ = courses.StudentIn(tag)
	}
	return ids
}

// fewOf returns the first of a list, and counts the rest.
func fewOf(list []string) []string {
	const few = 4
	if len(list) <= few {
		return list
	}
	return append(slices.Clip(list[:few-1]), fmt.Sprintf("%d more", len(list)-few+1))
}

// Summary stands for the query until it is asked for.
func (v BoundaryView) Summary() string {
	n := len(v.Items)
	return fmt.Sprintf("The query, %d %s", n, ui.Plural(n, "item", "items"))
}

// Subject names what an item's tags stand for: "Ada in Algebra".
func Subject(names readmodel.Names, tags dcb.Tags) string {
	if len(tags) == 0 {
		return "Anything"
	}
	subjects := make([]string, len(tags))
	for i, tag := range tags {
		course, ofCourse := courses.CourseIn(tag)
		student, ofStudent := courses.StudentIn(tag)
		switch {
		case ofCourse:
			subjects[i] = names.Course(course)
		case ofStudent:
			subjects[i] = names.Student(student)
		case courses.OfRequest(tag):
			subjects[i] = "This request"
		default:
			subjects[i] = string(tag)
		}
	}
	return strings.Join(subjects, " in ")
}

// kindsOf names what the events of an item tell of. A request can have brought about
// whatever a command can.
func kindsOf(item dcb.QueryItem) string {
	if len(item.Tags) == 1 && courses.OfRequest(item.Tags[0]) {
		return "whatever it brought about before"
	}
	return Kinds(item.Types)
}
