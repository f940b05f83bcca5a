package site

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// noticeFor words the receipt of a command that was carried out.
func (l Layout) noticeFor(names readmodel.Names, record receipt.Receipt) Notice {
	n := Notice{Kind: noticeDone, Strong: "Done", Text: record.Title + ".", Receipt: record.ID}
	last := record.Last()
	if len(last.Wanted) == 0 {
		n.Kind, n.Strong = noticeBefore, story.Nothing(last)
		return n
	}
	n.Strong = story.Done(last.Wanted[0])
	fact, _ := courses.Decode(last.Wanted[0].Type, last.Wanted[0].Data)
	switch e := fact.(type) {
	case courses.CourseDefined:
		n.Text = e.Title + " has " + ui.Seats(e.Capacity) + "."
	case courses.CourseRenamed:
		n.Text = "the course is called " + e.NewTitle + " now."
	case courses.CourseCapacityChanged:
		n.Text = names.Course(e.Course) + " has " + ui.Seats(e.NewCapacity) + " now."
	case courses.CourseArchived:
		n.Text = names.Course(e.Course) + " takes nobody any more."
	case courses.StudentRegistered:
		n.Text = string(e.Name) + " can take a seat now."
	case courses.StudentRenamed:
		n.Text = "the student is called " + string(e.NewName) + " now."
	case courses.StudentForgotten:
		n.Text = "nobody can read any more what the student " + string(e.Student) + " was called."
	case courses.StudentSubscribedToCourse:
		n.Text = l.someone(names, e.Student, "you have", "has") + " a seat in " + names.Course(e.Course) + "."
	case courses.StudentUnsubscribedFromCourse:
		n.Text = l.someone(names, e.Student, "you have", "has") + " no seat in " + names.Course(e.Course) + " any more."
	case courses.StudentJoinedWaitlist:
		place := len(story.Known(last.Knew, "waiting").Items) + 1
		n.Text = l.someone(names, e.Student, "you are", "is") + " " + ui.Ordinal(place) + " in line for " + names.Course(e.Course) + "."
	case courses.StudentLeftWaitlist:
		n.Text = l.someone(names, e.Student, "you wait", "waits") + " no longer for " + names.Course(e.Course) + "."
	}
	if attempts := len(record.Attempts); attempts > 1 {
		n.Strong += " at the " + ui.Ordinal(attempts) + " attempt"
		n.Text = meanwhile(names, record) + " while you were deciding."
	}
	n.Text += l.consequences(names, last.Wanted)
	if l.Position < story.DecidedAt(record) {
		n.Text += notShownYet
	}
	return n
}

// notShownYet says what to do on a page that is behind what it tells of.
const notShownYet = " This page does not show it yet: load it again in a moment."

// consequences words what else became of a command, or is "".
func (l Layout) consequences(names readmodel.Names, wanted []receipt.Event) string {
	up := story.Promoted(wanted)
	called := story.StudentNames(names, up)
	if i := slices.Index(up, l.Acting.ID); i >= 0 {
		called[i] = []string{"You", "you"}[min(i, 1)]
	}
	switch waited := len(wanted) - 1; {
	case len(up) > 0:
		return " " + ui.And(called) + " moved up from the waitlist."
	case waited > 0 && wanted[0].Type == (courses.CourseArchived{}).EventType():
		return fmt.Sprintf(" %d %s no longer.", waited, ui.Plural(waited, "student waits", "students wait"))
	default:
		return ""
	}
}

// someone words who did something: "you have" when it is the visitor, else the
// name and "has".
func (l Layout) someone(names readmodel.Names, id courses.StudentID, you, other string) string {
	if id == l.Acting.ID {
		return you
	}
	return names.Student(id) + " " + other
}

// meanwhile names the first event that got inside the boundary, and counts the rest.
func meanwhile(names readmodel.Names, record receipt.Receipt) string {
	var between []receipt.Event
	for _, attempt := range record.Attempts {
		if attempt.Conflict != nil {
			between = append(between, attempt.Conflict.Events...)
		}
	}
	if len(between) == 0 { // it started over
		return "The log turned out to be another one than was read"
	}
	text := story.Words(names, between[0].Type, between[0].Data).Sentence
	switch more := len(between) - 1; more {
	case 0:
		return text
	case 1:
		return text + " and one more event got in between"
	default:
		return text + " and " + strconv.Itoa(more) + " more events got in between"
	}
}
