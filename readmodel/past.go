package readmodel

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A PastLog is what [AsOf] needs of a log. A [dcb.Store] is one.
type PastLog interface {
	Head(ctx context.Context) (dcb.Checkpoint, error)
	AppendOf(ctx context.Context, position int64) (first int64, end dcb.Checkpoint, err error)
	Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error]
}

// AsOf returns the term as it was when the log ended at a position. The log never ended
// inside an append, so a position there means the end of that append. A position after
// the end of the log means that end. The Position of the term is the one meant.
//
// Names that are sealed in the log are sealed in the answers: whoever shows them opens
// them. A search opens them with keys.
//
// A question about a course or a student reads the events with its tag. A page of a list
// also reads the events that began its rows, and those that it passes over. A search reads
// every name.
//
// The answers trust the tags and the rules: they do not check that a student who got a seat
// was registered and that the course was defined, and they miss an event without the tags
// of its course and student.
func AsOf(ctx context.Context, log PastLog, keys *sealed.Keys, position int64) (*Past, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("look where the log ends: %w", err)
	}
	if position = max(0, min(position, head.Position)); position > 0 {
		_, end, err := log.AppendOf(ctx, position)
		if err != nil {
			return nil, err
		}
		position = end.Position
	}
	return &Past{Term{position, head.Position}, past{log, keys, position, map[courses.CourseID]attended{}}}, nil
}

// A Past is the term as it was at an earlier position. It is for one goroutine.
type Past struct {
	Term
	past past
}

// Ask answers questions as of the position.
func (p *Past) Ask(ctx context.Context, questions *Questions) error {
	for {
		asked, then := questions.take()
		for _, question := range asked {
			if err := question.past(ctx, p.past); err != nil {
				return err
			}
		}
		if len(then) == 0 {
			return nil
		}
		for _, next := range then {
			next()
		}
	}
}

// past answers from the log up to a position.
type past struct {
	log  PastLog
	keys *sealed.Keys
	upTo int64

	// The courses that were asked for. A page asks several questions about one, and a course
	// with ten thousand students has as many events.
	known map[courses.CourseID]attended
}

// An attended course is a course with all places in it.
type attended struct {
	Course
	places map[place]int64
}

// fold makes rows of the events that a query matches, as the projector does. Before each
// event, admit adds the rows that the query does not find.
func (p past) fold(ctx context.Context, query dcb.Query, admit func(rows, dcb.Fact)) (rows, error) {
	r := newRows()
	for e, err := range p.log.Read(ctx, query, dcb.ReadOptions{Before: p.upTo + 1}) {
		if err != nil {
			return r, fmt.Errorf("read the past: %w", err)
		}
		fact, err := locate(e)
		if err != nil || fact.Fact == nil {
			continue // it is in no table either
		}
		admit(r, fact.Fact)
		r.apply(fact)
	}
	return r, nil
}

// admitStudents adds the students of events about a course.
func admitStudents(r rows, fact dcb.Fact) {
	of, by := idsIn(fact.Tags())
	for _, student := range by {
		if _, known := r.students[student]; !known && len(of) > 0 {
			r.students[student] = Student{ID: student}
		}
	}
}

// admitCourses adds the courses of events about a student.
func admitCourses(r rows, fact dcb.Fact) {
	of, by := idsIn(fact.Tags())
	for _, course := range of {
		if _, known := r.courses[course]; !known && len(by) > 0 {
			r.courses[course] = Course{ID: course}
		}
	}
}

func admitNobody(rows, dcb.Fact) {}

// course returns a course, or the zero Course.
func (p past) course(ctx context.Context, id courses.CourseID) (Course, error) {
	course, err := p.attended(ctx, id)
	return course.Course, err
}

func (p past) attended(ctx context.Context, id courses.CourseID) (attended, error) {
	course, asked := p.known[id]
	if asked || !id.Valid() {
		return course, nil
	}
	r, err := p.fold(ctx, dcb.NewQuery(dcb.Tags{id.Tag()}), admitStudents)
	if err != nil {
		return attended{}, err
	}
	course = attended{r.courses[id], r.places}
	p.known[id] = course
	return course, nil
}

// student returns a student, or the zero Student.
func (p past) student(ctx context.Context, id courses.StudentID) (Student, error) {
	student, _, err := p.studentWithPlaces(ctx, id)
	return student, err
}

// studentWithPlaces returns a student and all places that the student holds, or the zero
// Student.
func (p past) studentWithPlaces(ctx context.Context, id courses.StudentID) (Student, map[place]int64, error) {
	if !id.Valid() {
		return Student{}, nil, nil
	}
	r, err := p.fold(ctx, dcb.NewQuery(dcb.Tags{id.Tag()}), admitCourses)
	return r.students[id], r.places, err
}

func (p past) placesOf(ctx context.Context, student courses.StudentID) ([]Place, error) {
	_, held, err := p.studentWithPlaces(ctx, student)
	if err != nil {
		return nil, err
	}
	var tags dcb.Tags
	for place := range held {
		tags = append(tags, place.course.Tag())
	}
	names, err := p.names(ctx, tags)
	if err != nil {
		return nil, err
	}
	places := []Place{}
	for place, since := range held {
		course, err := p.course(ctx, place.course)
		if err != nil {
			return nil, err
		}
		row := Place{
			Course: place.course, Title: cmp.Or(names.Courses[place.course], string(place.course)), Waiting: place.waiting, Since: since,
			Archived: course.Archived, SeatFree: course.SeatsTaken < course.Capacity && !course.Archived,
		}
		if place.waiting {
			if row.InFront, err = p.inFront(ctx, place.course, since); err != nil {
				return nil, err
			}
		}
		row.Shared = names.SharedTitles[place.course]
		places = append(places, row)
	}
	slices.SortFunc(places, func(a, b Place) int {
		switch {
		case a.Waiting == b.Waiting:
			return int(a.Since - b.Since)
		case a.Waiting:
			return 1
		default:
			return -1
		}
	})
	return places[:min(len(places), mostPlaces)], nil
}

// inFront counts the students who waited for a course before a position.
func (p past) inFront(ctx context.Context, course courses.CourseID, since int64) (int, error) {
	in, err := p.attended(ctx, course)
	n := 0
	for place, joined := range in.places {
		if place.waiting && joined < since {
			n++
		}
	}
	return n, err
}

func (p past) names(ctx context.Context, tags dcb.Tags) (Names, error) {
	names := noNames()
	r, err := p.fold(ctx, naming(tags), admitNobody)
	if err != nil {
		return names, err
	}
	for id, course := range r.courses {
		names.Courses[id] = course.Title
	}
	for _, student := range r.students {
		names.knowStudent(student)
	}
	names.SharedTitles = shared(names.Courses)
	names.SharedNames, err = p.sharedNames(ctx, names.Students)
	return names, err
}

func (p past) members(ctx context.Context, course courses.CourseID, waiting bool, at Cursor, size int) (Page[Member], error) {
	in, err := p.attended(ctx, course)
	if err != nil {
		return Page[Member]{}, err
	}
	rows := []Member{}
	for place, since := range in.places {
		if place.waiting == waiting && at.covers(since) {
			rows = append(rows, Member{ID: place.student, Since: since})
		}
	}
	slices.SortFunc(rows, func(a, b Member) int { return int(a.Since - b.Since) })
	if n := min(len(rows), size+1); at.Before > 0 {
		rows = rows[len(rows)-n:]
	} else {
		rows = rows[:n]
	}
	var tags dcb.Tags
	for _, member := range rows {
		tags = append(tags, member.ID.Tag())
	}
	names, err := p.names(ctx, tags)
	for i, member := range rows {
		rows[i].Name, rows[i].Shared = cmp.Or(names.Students[member.ID], string(member.ID)), names.SharedNames[member.ID]
	}
	return PageOf(rows, at, size, Member.position), err
}
