package web

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// tell words what a command left to be told.
func (l layout) tell(ctx context.Context, term *readmodel.Term, left pendingNotice) (notice, error) {
	var tags dcb.Tags
	if left.receipt != nil {
		tags = tagsIn(*left.receipt)
	}
	if left.first != nil {
		tags = append(tags, left.first.Tags...)
	}
	names, err := term.Names(ctx, tags)
	if err != nil {
		return notice{}, err
	}
	if left.first == nil {
		return l.noticeFor(names, *left.receipt), nil
	}
	n, err := l.noticeOfRepetition(ctx, term, names, *left.first)
	if left.receipt != nil {
		n.Receipt = left.receipt.ID
	}
	return n, err
}

// noticeOfRepetition says that a request was carried out before and when, given the first
// event of then, and what holds now, as of the position of the page.
func (l layout) noticeOfRepetition(ctx context.Context, term *readmodel.Term, names readmodel.Names, first dcb.Event) (notice, error) {
	n := notice{Kind: noticeBefore, Strong: "Carried out before"}
	n.Text = l.happened(names, first) + first.RecordedAt.UTC().Format(" on 2 January 2006 at 15:04:05 UTC.")
	if l.Position < first.Position {
		n.Text += notShownYet
		return n, nil
	}
	now, err := l.holdsNow(ctx, term, names, first.Tags)
	switch {
	case now == "":
	case l.Lag > 0: // it may be otherwise by now
		n.Text += fmt.Sprintf(" As of position %d, %s.", l.Position, now)
	default:
		n.Text += " Now " + now + "."
	}
	return n, err
}

// happened words an event as the middle of a sentence, with "you" for the visitor.
func (l layout) happened(names readmodel.Names, e dcb.Event) string {
	fact, _ := courses.Decode(e.Type, e.Data) // what can't be decoded is worded by its type
	switch fact := fact.(type) {
	case courses.CourseRenamed:
		return "the course " + string(fact.Course) + " was given the title " + fact.NewTitle
	case courses.StudentRenamed:
		return "the student " + string(fact.Student) + " was given the name " + fact.NewName
	}
	names.Students = maps.Clone(names.Students)
	names.Students[l.Acting.ID] = "you"
	return words(names, e.Type, e.Data).Sentence
}

// holdsNow words what is true of the course and the student whom tags name: how the two
// are related if there are both. It is "" if there is neither.
func (l layout) holdsNow(ctx context.Context, term *readmodel.Term, names readmodel.Names, tags dcb.Tags) (string, error) {
	var course courses.CourseID
	var student courses.StudentID
	for _, tag := range tags {
		if id, ok := courses.CourseIn(tag); ok {
			course = id
		}
		if id, ok := courses.StudentIn(tag); ok {
			student = id
		}
	}
	switch {
	case course != "" && student != "":
		return l.placeNow(ctx, term, names, student, course)
	case course != "":
		return courseNow(ctx, term, course)
	case student != "" && student == l.Acting.ID:
		return "you are called " + names.Student(student), nil
	case student != "":
		return "the student is called " + names.Student(student), nil
	default:
		return "", nil
	}
}

// courseNow words a course, or is "" if there is none with this id.
func courseNow(ctx context.Context, term *readmodel.Term, id courses.CourseID) (string, error) {
	course, known, err := term.Course(ctx, id)
	switch {
	case err != nil || !known:
		return "", err
	case course.Archived:
		return "the course is called " + course.Title + ", has " + seats(course.Capacity) + " and is archived", nil
	default:
		return "the course is called " + course.Title + " and has " + seats(course.Capacity), nil
	}
}

// placeNow words the place of a student in a course.
func (l layout) placeNow(ctx context.Context, term *readmodel.Term, names readmodel.Names, student courses.StudentID, course courses.CourseID) (string, error) {
	places, err := term.PlacesOf(ctx, student)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(places, func(p readmodel.Place) bool { return p.Course == course && !p.Waiting }) {
		return l.someone(names, student, "you have", "has") + " a seat in " + names.Course(course), nil
	}
	waitlist, err := term.Waitlist(ctx, course, readmodel.Cursor{}, courses.MaxWaiting)
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(waitlist.Rows, func(m readmodel.Member) bool { return m.ID == student }); i >= 0 {
		return l.someone(names, student, "you are", "is") + " " + ordinal(i+1) + " in line for " + names.Course(course), nil
	}
	if student == l.Acting.ID {
		return "you have no seat in " + names.Course(course) + " and do not wait for one", nil
	}
	return names.Student(student) + " has no seat in " + names.Course(course) + " and does not wait for one", nil
}
