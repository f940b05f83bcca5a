package web

import (
	"fmt"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
)

// A boundaryView is the boundary of an attempt, in words and as the query.
type boundaryView struct {
	Items     []queryItem // none in a retry, whose boundary is the same
	Condition string      // what the append was conditional on, or ""
}

// A queryItem is one item of a query, in our words and in its own.
type queryItem struct {
	Subject string // what its tags stand for
	Kinds   string // what its types stand for
	Tags    []string
	Types   []string
}

func boundaryOf(names readmodel.Names, record receipt.Receipt, i int) boundaryView {
	var view boundaryView
	says := "The condition now says"
	if i == 0 {
		says = "The condition says"
		for _, item := range record.Boundary {
			view.Items = append(view.Items, queryItem{subject(names, item.Tags), kinds(item.Types), tagTexts(item.Tags), item.Types})
		}
	}
	if attempt := record.Attempts[i]; len(attempt.Wanted) > 0 {
		view.Condition = fmt.Sprintf("%s: nothing inside after %d.", says, attempt.ReadTo)
	}
	return view
}

// Summary stands for the query until it is asked for.
func (v boundaryView) Summary() string {
	n := len(v.Items)
	return fmt.Sprintf("The query, %d %s", n, plural(n, "item", "items"))
}

// subject names what an item's tags stand for: "Ada in Algebra".
func subject(names readmodel.Names, tags dcb.Tags) string {
	if len(tags) == 0 {
		return "Anything"
	}
	subjects := make([]string, len(tags))
	for i, tag := range tags {
		switch key, id, _ := strings.Cut(string(tag), ":"); key {
		case "course_id":
			subjects[i] = names.Course(courses.CourseID(id))
		case "student_id":
			subjects[i] = names.Student(courses.StudentID(id))
		default:
			subjects[i] = string(tag)
		}
	}
	return strings.Join(subjects, " in ")
}

// kinds names what events of the types tell of.
func kinds(types []string) string {
	if len(types) == 0 {
		return "every event"
	}
	nouns := make([]string, len(types))
	for i, eventType := range types {
		switch eventType {
		case courses.CourseDefined{}.EventType():
			nouns[i] = "definition"
		case courses.CourseCapacityChanged{}.EventType():
			nouns[i] = "capacity changes"
		case courses.CourseRenamed{}.EventType():
			nouns[i] = "title changes"
		case courses.CourseArchived{}.EventType():
			nouns[i] = "archiving"
		case courses.StudentRegistered{}.EventType():
			nouns[i] = "registration"
		case courses.StudentRenamed{}.EventType():
			nouns[i] = "name changes"
		case courses.StudentSubscribedToCourse{}.EventType():
			nouns[i] = "seats taken"
		case courses.StudentUnsubscribedFromCourse{}.EventType():
			nouns[i] = "seats given back"
		case courses.StudentJoinedWaitlist{}.EventType():
			nouns[i] = "waiting begun"
		case courses.StudentLeftWaitlist{}.EventType():
			nouns[i] = "waiting ended"
		default:
			nouns[i] = eventType
		}
	}
	return and(nouns)
}

func tagTexts(tags dcb.Tags) []string {
	texts := make([]string, len(tags))
	for i, tag := range tags {
		texts[i] = string(tag)
	}
	return texts
}
