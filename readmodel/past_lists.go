package readmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// Lists are in the order of the events that began their rows. So a page of an earlier time
// is found by a walk along the events of one type, from where the page begins.

// covers reports whether a row that began at a position is on the side of the cursor that
// is asked for.
func (c Cursor) covers(position int64) bool {
	if c.Before != 0 {
		return position < c.Before
	}
	return position > c.After
}

// walk calls take with the facts of one type from the cursor on, in the direction of
// reading, and returns the rows that take returns. It ends when it has most of them.
func walk[E dcb.Fact, R any](ctx context.Context, p past, at Cursor, most int, take func(E, located) (R, bool, error)) ([]R, error) {
	options := dcb.ReadOptions{After: at.After, Before: p.upTo + 1}
	if at.Before != 0 {
		options = dcb.ReadOptions{Before: max(1, min(p.upTo+1, at.Before)), Backwards: true}
	}
	var began E
	var found []R
	for e, err := range p.log.Read(ctx, dcb.NewQuery(nil, dcb.TypesOf(began)...), options) {
		if err != nil {
			return nil, fmt.Errorf("read the past: %w", err)
		}
		event, _ := locate(e)
		fact, ok := event.Fact.(E)
		if !ok {
			continue // its data can't be read
		}
		row, ok, err := take(fact, event)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, row)
		}
		if len(found) == most {
			break
		}
	}
	if options.Backwards {
		slices.Reverse(found)
	}
	return found, nil
}

func (p past) courses(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	looked := Folded(search)
	titles := map[courses.CourseID]string{}
	if looked != "" {
		var err error
		if titles, err = p.newTitles(ctx); err != nil {
			return Page[Course]{}, err
		}
	}
	found, err := walk(ctx, p, at, size+1, func(e courses.CourseDefined, event located) (Course, bool, error) {
		title, renamed := titles[e.Course]
		if !renamed {
			title = e.Title
		}
		if !event.listed || !matches(looked, title, string(e.Course)) {
			return Course{}, false, nil
		}
		course, err := p.course(ctx, e.Course)
		return course, course.DefinedAt == event.position, err // not if it was defined a second time
	})
	sharedTitles(found)
	return PageOf(found, at, size, Course.position), err
}

// newTitles returns the titles of renamed courses.
func (p past) newTitles(ctx context.Context) (map[courses.CourseID]string, error) {
	titles := map[courses.CourseID]string{}
	_, err := walk(ctx, p, Cursor{}, -1, func(e courses.CourseRenamed, _ located) (none struct{}, _ bool, _ error) {
		titles[e.Course] = e.NewTitle
		return none, false, nil
	})
	return titles, err
}

func (p past) students(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	found, err := p.firstStudents(ctx, search, at, size+1, nil)
	return PageOf(found, at, size, Student.position), err
}

func (p past) studentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) ([]Student, error) {
	in, err := p.attended(ctx, course)
	if err != nil || !course.Valid() {
		return nil, err
	}
	placed := map[courses.StudentID]bool{}
	for place := range in.places {
		placed[place.student] = true
	}
	return p.firstStudents(ctx, search, Cursor{}, most, placed)
}

// firstStudents returns the first listed students from the cursor on. If without is not
// nil, it leaves out the students in it, and the forgotten ones.
func (p past) firstStudents(ctx context.Context, search string, at Cursor, most int, without map[courses.StudentID]bool) ([]Student, error) {
	looked := Folded(search)
	names := map[courses.StudentID]string{}
	if looked != "" {
		var err error
		if names, err = p.allNames(ctx); err != nil {
			return nil, err
		}
	}
	found, err := walk(ctx, p, at, most, func(e courses.StudentRegistered, event located) (Student, bool, error) {
		if without[e.Student] || !event.listed || !matches(looked, names[e.Student], string(e.Student)) {
			return Student{}, false, nil
		}
		student, err := p.student(ctx, e.Student)
		return student, student.RegisteredAt == event.position && (without == nil || !student.Forgotten), err
	})
	if err != nil {
		return nil, err
	}
	return found, p.sharedNamesOf(ctx, found)
}

// allNames returns the names of all students, opened if there is a key.
func (p past) allNames(ctx context.Context) (map[courses.StudentID]string, error) {
	stored := map[courses.StudentID]sealed.Text{}
	_, err := walk(ctx, p, Cursor{}, -1, func(e courses.StudentRegistered, _ located) (none struct{}, _ bool, _ error) {
		stored[e.Student] = e.Name
		return none, false, nil
	})
	if err != nil {
		return nil, err
	}
	_, err = walk(ctx, p, Cursor{}, -1, func(e courses.StudentRenamed, _ located) (none struct{}, _ bool, _ error) {
		stored[e.Student] = e.NewName
		return none, false, nil
	})
	if err != nil {
		return nil, err
	}
	return p.opened(ctx, stored)
}

// matches reports whether a name or an id contains a folded text.
func matches(looked, name, id string) bool {
	return strings.Contains(Folded(shown(name)+" "+id), looked)
}
