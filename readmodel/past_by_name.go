package readmodel

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"go-crablet/domain/courses"
)

// An entry of a list: what it is called, as people read it, and where it began.
type entry[ID ~string] struct {
	id       ID
	named    string
	position int64
}

// has reports whether the name or the id contains a folded text.
func (e entry[ID]) has(looked string) bool {
	return strings.Contains(e.named+" "+Folded(string(e.id)), looked)
}

func (p past) coursesByName(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	titles, err := p.newTitles(ctx)
	if err != nil {
		return Page[Course]{}, err
	}
	looked, seen := Folded(search), map[courses.CourseID]bool{}
	all, err := walk(ctx, p, Cursor{}, -1, func(e courses.CourseDefined, event located) (entry[courses.CourseID], bool, error) {
		first := e.Course.Valid() && !seen[e.Course]
		seen[e.Course] = true
		if _, renamed := titles[e.Course]; !renamed {
			titles[e.Course] = e.Title
		}
		return entry[courses.CourseID]{e.Course, Folded(shown(titles[e.Course])), event.position}, first && event.listed, nil
	})
	if err != nil {
		return Page[Course]{}, err
	}
	var found []Course
	for _, row := range rowsByName(all, at, size+1, func(row entry[courses.CourseID]) bool { return row.has(looked) }) {
		course, err := p.course(ctx, row.id)
		if err != nil {
			return Page[Course]{}, err
		}
		found = append(found, course)
	}
	sharedTitles(found)
	return PageOf(found, at, size, Course.position), nil
}

func (p past) studentsByName(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	names, err := p.allNames(ctx)
	if err != nil {
		return Page[Student]{}, err
	}
	looked, seen := Folded(search), map[courses.StudentID]bool{}
	all, err := walk(ctx, p, Cursor{}, -1, func(e courses.StudentRegistered, event located) (entry[courses.StudentID], bool, error) {
		first := e.Student.Valid() && !seen[e.Student]
		seen[e.Student] = true
		return entry[courses.StudentID]{e.Student, Folded(shown(names[e.Student])), event.position}, first && event.listed, nil
	})
	if err != nil {
		return Page[Student]{}, err
	}
	var found []Student
	for _, row := range rowsByName(all, at, size+1, func(row entry[courses.StudentID]) bool { return row.has(looked) }) {
		student, err := p.student(ctx, row.id)
		if err != nil {
			return Page[Student]{}, err
		}
		found = append(found, student)
	}
	return PageOf(found, at, size, Student.position), p.sharedNamesOf(ctx, found)
}

// rowsByName returns most rows that wanted accepts, in the order of their names, from the cursor
// on in the direction of reading. It does what sql/courses_by_name.sql does.
func rowsByName[ID ~string](all []entry[ID], at Cursor, most int, wanted func(entry[ID]) bool) []entry[ID] {
	order := func(a, b entry[ID]) int {
		return cmp.Or(cmp.Compare(a.named, b.named), cmp.Compare(a.position, b.position))
	}
	from := entry[ID]{position: cmp.Or(at.Before, at.After)}
	if i := slices.IndexFunc(all, func(row entry[ID]) bool { return row.position == from.position }); i >= 0 {
		from.named = all[i].named
	}
	rows := slices.DeleteFunc(all, func(row entry[ID]) bool {
		isBefore := order(row, from) < 0
		return !wanted(row) || row.position == from.position || isBefore != (at.Before != 0)
	})
	slices.SortFunc(rows, order)
	n := min(len(rows), most)
	if at.Before != 0 {
		return rows[len(rows)-n:]
	}
	return rows[:n]
}
