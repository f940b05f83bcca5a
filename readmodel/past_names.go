package readmodel

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// opened returns names in plain text, as pages show them.
func (p past) opened(ctx context.Context, stored map[courses.StudentID]sealed.Text) (map[courses.StudentID]string, error) {
	var subjects []dcb.Tag
	for _, name := range stored {
		if name.IsSealed() {
			subjects = append(subjects, name.Subject())
		}
	}
	keys, err := p.keys.Ring(ctx, subjects)
	names := map[courses.StudentID]string{}
	for student, name := range stored {
		names[student] = courses.ShownName(keys.Open(name))
	}
	return names, err
}

// sharedNames returns which students have a name that another one of them has.
func (p past) sharedNames(ctx context.Context, names map[courses.StudentID]string) (map[courses.StudentID]bool, error) {
	stored := map[courses.StudentID]sealed.Text{}
	for id, name := range names {
		stored[id] = sealed.Text(name)
	}
	opened, err := p.opened(ctx, stored)
	return shared(opened), err
}

// sharedNamesOf tells students which of them have a name that another one of them has.
func (p past) sharedNamesOf(ctx context.Context, students []Student) error {
	names := map[courses.StudentID]string{}
	for _, student := range students {
		names[student.ID] = student.Name
	}
	isShared, err := p.sharedNames(ctx, names)
	for i, student := range students {
		students[i].Shared = isShared[student.ID]
	}
	return err
}

// sharedTitles tells courses which of them have a title that another one of them has.
func sharedTitles(all []Course) {
	titles := map[courses.CourseID]string{}
	for _, course := range all {
		titles[course.ID] = course.Title
	}
	isShared := shared(titles)
	for i, course := range all {
		all[i].Shared = isShared[course.ID]
	}
}

// shared returns the ids whose name another id has, too.
func shared[ID comparable](names map[ID]string) map[ID]bool {
	ids := map[string][]ID{}
	for id, name := range names {
		same := Folded(name)
		ids[same] = append(ids[same], id)
	}
	isShared := map[ID]bool{}
	for _, same := range ids {
		for _, id := range same {
			if len(same) > 1 {
				isShared[id] = true
			}
		}
	}
	return isShared
}
