package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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
		n.Kind, n.Strong = noticeBefore, story.WhyNothing(last)
		return n
	}
	n.Strong = story.Done(last.Wanted)
	voice := story.Voice{Names: names, You: l.Acting.ID, Knew: last.Knew}
	if told := voice.Notice(last.Wanted); told != "" {
		n.Text = told
	}
	n.Text += l.consequences(names, last.Wanted)
	if attempts := len(record.Attempts); attempts > 1 {
		n.Strong += " at the " + ui.Ordinal(attempts) + " attempt"
		n.Text += " " + meanwhile(names, record) + " while you were deciding."
	}
	if l.Position < story.DecidedAt(record) {
		n.Text += notShownYet
	}
	return n
}

// notShownYet says what to do on a page that is behind what it tells of.
const notShownYet = " This page does not show it yet: load it again in a moment."

// consequences words what else became of a command, or is "".
func (l Layout) consequences(names readmodel.Names, wanted []receipt.Event) string {
	others, own := story.Promoted(wanted)
	var won []string
	for _, seat := range own {
		won = append(won, " "+ui.Sentence(story.Voice{Names: names, You: l.Acting.ID}.Someone(seat.Student, "you have", "has")+" a seat in "+names.Course(seat.Course)+" now"))
	}
	text, up := strings.Join(won, ""), story.StudentsOf(others)
	called := story.StudentNames(names, up)
	if i := slices.Index(up, l.Acting.ID); i >= 0 { // whoever reads it comes first
		called = slices.Concat([]string{"You"}, called[:i], called[i+1:])
	}
	switch waited := len(wanted) - 1; {
	case len(others) > 0:
		return text + " " + story.Several(called) + " moved up from the waitlist."
	case len(own) > 0:
		return text
	case waited > 0 && wanted[0].Type == (courses.CourseArchived{}).EventType():
		return fmt.Sprintf(" %d %s no longer.", waited, ui.Plural(waited, "student waits", "students wait"))
	default:
		return ""
	}
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
		return "The log had lost its end and was read again"
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
