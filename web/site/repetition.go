package site

import (
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// ask adds the questions whose answers the notice needs.
func (p *pendingNotice) ask(ask *readmodel.Questions) {
	var tags dcb.Tags
	if p.receipt != nil {
		tags = story.TagsIn(*p.receipt)
	}
	if len(p.before) > 0 {
		about := story.TagsOfAll(story.Asked(kept(p.before)))
		tags = append(tags, about...)
		p.now.ask(ask, about)
	}
	ask.Names(&p.names, tags)
}

// tell puts the result of the last command into words.
func (l Layout) tell(left pendingNotice) Notice {
	if len(left.before) == 0 {
		return l.noticeFor(left.names, *left.receipt)
	}
	n := l.noticeOfRepetition(left.names, left.before, left.now)
	if left.receipt != nil {
		n.Receipt = left.receipt.ID
	}
	return n
}

// noticeOfRepetition says that a request was carried out before, when that was, and what holds
// now, as of the position of the page. before are the events that the request stored then.
func (l Layout) noticeOfRepetition(names readmodel.Names, before []dcb.Event, about related) Notice {
	first, happened := before[0], story.Voice{Names: names, You: l.Acting.ID}.Happened(kept(before))
	n := Notice{Kind: noticeBefore, Strong: "Carried out before"}
	n.Text = happened + first.RecordedAt.UTC().Format(" on 2 January 2006 at 15:04:05 UTC.")
	if l.Position < first.Position {
		n.Text += notShownYet
		return n
	}
	for i, now := range l.holdsNow(names, about) {
		switch {
		case i > 0:
			n.Text += " " + ui.Sentence(now)
		case l.Lag > 0: // it may be otherwise by now
			n.Text += fmt.Sprintf(" As of position %d, %s.", l.Position, now)
		default:
			n.Text += " Now " + now + "."
		}
	}
	return n
}

// kept returns events as a receipt keeps them.
func kept(events []dcb.Event) []receipt.Event {
	all := make([]receipt.Event, len(events))
	for i, e := range events {
		all[i] = receipt.Event{Position: e.Position, ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
	}
	return all
}

// related is what a request was about: courses and a student, or one of the two. It is also how
// they are related.
type related struct {
	courseIDs []courses.CourseID
	studentID courses.StudentID

	course  readmodel.Course // the first of the courses
	student readmodel.Student
	places  []readmodel.Place // of the student
}

// ask asks about the courses and the student whom tags name.
func (about *related) ask(ask *readmodel.Questions, tags dcb.Tags) {
	for _, tag := range tags {
		if id, ok := courses.CourseIn(tag); ok && !slices.Contains(about.courseIDs, id) {
			about.courseIDs = append(about.courseIDs, id)
		}
		if id, ok := courses.StudentIn(tag); ok {
			about.studentID = id
		}
	}
	if len(about.courseIDs) > 0 {
		ask.Course(&about.course, about.courseIDs[0])
	}
	ask.Student(&about.student, about.studentID)
	ask.PlacesOf(&about.places, about.studentID)
}

// holdsNow says what is true of courses, of a student, or of both together. Each text is the
// inside of a sentence. It returns none if about names neither.
func (l Layout) holdsNow(names readmodel.Names, about related) []string {
	switch student := about.studentID; {
	case len(about.courseIDs) > 0 && student != "":
		return l.placesNow(names, about)
	case about.course.ID != "":
		return []string{courseNow(about.course)}
	case student != "" && about.student.Forgotten:
		return []string{"the student is forgotten"}
	case student != "" && student == l.Acting.ID:
		return []string{"you are called " + names.Student(student)}
	case student != "":
		return []string{"the student is called " + names.Student(student)}
	default:
		return nil
	}
}

// courseNow words a course.
func courseNow(course readmodel.Course) string {
	now := "the course is called " + course.Called()
	if course.Archived {
		return now + ", has " + ui.Seats(course.Capacity) + " and is archived"
	}
	return now + " and has " + ui.Seats(course.Capacity)
}

// placesNow words the places of a student in courses: the seats, then those on waitlists, then
// where the student has neither.
func (l Layout) placesNow(names readmodel.Names, about related) (now []string) {
	var seats, waits, none []string
	student, inFront := about.studentID, 0
	for _, course := range about.courseIDs {
		i := slices.IndexFunc(about.places, func(p readmodel.Place) bool { return p.Course == course })
		switch {
		case i < 0:
			none = append(none, names.Course(course))
		case about.places[i].Waiting:
			waits, inFront = append(waits, names.Course(course)), about.places[i].InFront
		default:
			seats = append(seats, names.Course(course))
		}
	}
	voice := story.Voice{Names: names, You: l.Acting.ID}
	if len(seats) > 0 {
		now = append(now, voice.Someone(student, "you have", "has")+" a seat in "+story.Several(seats))
	}
	switch len(waits) {
	case 0:
	case 1:
		now = append(now, voice.Someone(student, "you are", "is")+" "+ui.Ordinal(inFront+1)+" in line for "+waits[0])
	default:
		now = append(now, voice.Someone(student, "you wait", "waits")+" for "+story.Several(waits))
	}
	if len(none) > 0 {
		waitsNot := " and does not wait for one"
		if student == l.Acting.ID {
			waitsNot = " and do not wait for one"
		}
		now = append(now, voice.Someone(student, "you have", "has")+" no seat in "+story.Several(none)+waitsNot)
	}
	return now
}
