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

// A BoundaryView is the boundary of an attempt, in words and as its query.
type BoundaryView struct {
	Items     []queryItem // none if the boundary is that of an earlier attempt
	Same      int         // the number of that attempt
	Found     string      // what the second read looked at, or ""
	Condition string      // the append condition, or "" if there was nothing to append
}

// A queryItem is an item of a query, in words and as it is.
type queryItem struct {
	Subject string // what its tags stand for: "Ada in Algebra"
	Kinds   string // what its types stand for: "seats taken"
	Tags    []string
	Types   []string
	Found   bool // added after the first read
}

// BoundaryOf describes the boundary of attempt i of a decision.
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

// List fills in the items. A first read finds the students who wait, and adds an item for
// each. Found names these students together, because their items differ in nothing else.
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

// fewOf returns the first elements of a list, and the number of the rest as its last.
func fewOf(list []string) []string {
	const few = 4
	if len(list) <= few {
		return list
	}
	return append(slices.Clip(list[:few-1]), fmt.Sprintf("%d more", len(list)-few+1))
}

// summary says how large the query is, while the page does not show it.
func (v BoundaryView) summary() string {
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

// kindsOf names what an item looks at. An item about a request looks at facts of any type.
func kindsOf(item dcb.QueryItem) string {
	if len(item.Tags) == 1 && courses.OfRequest(item.Tags[0]) {
		return "whatever it brought about before"
	}
	return Kinds(item.Types)
}
