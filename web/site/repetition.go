package site

import (
	"cmp"
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// ask asks for what it takes to tell it.
func (p *pendingNotice) ask(ask *readmodel.Questions) {
	var tags dcb.Tags
	if p.receipt != nil {
		tags = story.TagsIn(*p.receipt)
	}
	if p.first != nil {
		tags = append(tags, p.first.Tags...)
		p.now.ask(ask, p.first.Tags)
	}
	ask.Names(&p.names, tags)
}

// tell words what a command left to be told.
func (l Layout) tell(left pendingNotice) Notice {
	if left.first == nil {
		return l.noticeFor(left.names, *left.receipt)
	}
	n := l.noticeOfRepetition(left.names, *left.first, left.now)
	if left.receipt != nil {
		n.Receipt = left.receipt.ID
	}
	return n
}

// noticeOfRepetition says that a request was carried out before and when, given the first
// event of then, and what holds now, as of the position of the page.
func (l Layout) noticeOfRepetition(names readmodel.Names, first dcb.Event, about related) Notice {
	n := Notice{Kind: noticeBefore, Strong: "Carried out before"}
	n.Text = l.happened(names, first) + first.RecordedAt.UTC().Format(" on 2 January 2006 at 15:04:05 UTC.")
	if l.Position < first.Position {
		n.Text += notShownYet
		return n
	}
	switch now := l.holdsNow(names, about); {
	case now == "":
	case l.Lag > 0: // it may be otherwise by now
		n.Text += fmt.Sprintf(" As of position %d, %s.", l.Position, now)
	default:
		n.Text += " Now " + now + "."
	}
	return n
}

// happened words an event as the middle of a sentence, with "you" for the visitor.
func (l Layout) happened(names readmodel.Names, e dcb.Event) string {
	words := story.Voice{Names: names, You: l.Acting.ID}.Words(e.Type, e.Data)
	return cmp.Or(words.Inner, words.Sentence)
}

// related is a course and a student that an event is about, or one of the two, and how they
// are related.
type related struct {
	courseID  courses.CourseID
	studentID courses.StudentID

	course   readmodel.Course
	student  readmodel.Student
	places   []readmodel.Place                // of the student
	waitlist readmodel.Page[readmodel.Member] // of the course
}

// ask asks about the course and the student whom tags name.
func (about *related) ask(ask *readmodel.Questions, tags dcb.Tags) {
	for _, tag := range tags {
		if id, ok := courses.CourseIn(tag); ok {
			about.courseID = id
		}
		if id, ok := courses.StudentIn(tag); ok {
			about.studentID = id
		}
	}
	ask.Course(&about.course, about.courseID)
	ask.Student(&about.student, about.studentID)
	ask.PlacesOf(&about.places, about.studentID)
	ask.Waitlist(&about.waitlist, about.courseID, readmodel.Cursor{}, courses.MaxWaiting)
}

// holdsNow words what is true of a course and a student: how the two are related if there
// are both. It is "" if there is neither.
func (l Layout) holdsNow(names readmodel.Names, about related) string {
	switch student := about.studentID; {
	case about.courseID != "" && student != "":
		return l.placeNow(names, about)
	case about.courseID != "":
		return courseNow(about.course)
	case student != "" && about.student.Forgotten:
		return "the student is forgotten"
	case student != "" && student == l.Acting.ID:
		return "you are called " + names.Student(student)
	case student != "":
		return "the student is called " + names.Student(student)
	default:
		return ""
	}
}

// courseNow words a course, or is "" if there is none.
func courseNow(course readmodel.Course) string {
	switch {
	case course.ID == "":
		return ""
	case course.Archived:
		return "the course is called " + course.Called() + ", has " + ui.Seats(course.Capacity) + " and is archived"
	default:
		return "the course is called " + course.Called() + " and has " + ui.Seats(course.Capacity)
	}
}

// placeNow words the place of a student in a course.
func (l Layout) placeNow(names readmodel.Names, about related) string {
	student, course := about.studentID, about.courseID
	voice := story.Voice{Names: names, You: l.Acting.ID}
	if slices.ContainsFunc(about.places, func(p readmodel.Place) bool { return p.Course == course && !p.Waiting }) {
		return voice.Someone(student, "you have", "has") + " a seat in " + names.Course(course)
	}
	if i := slices.IndexFunc(about.waitlist.Rows, func(m readmodel.Member) bool { return m.ID == student }); i >= 0 {
		return voice.Someone(student, "you are", "is") + " " + ui.Ordinal(i+1) + " in line for " + names.Course(course)
	}
	if student == l.Acting.ID {
		return "you have no seat in " + names.Course(course) + " and do not wait for one"
	}
	return names.Student(student) + " has no seat in " + names.Course(course) + " and does not wait for one"
}
