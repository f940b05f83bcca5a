package readmodel

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

//go:embed sql/renamings.sql
var renamingsSQL string

const (
	// mostRenamings is how many events a page looks through to see who was renamed.
	mostRenamings = 200
	// mostNamings is how many events a page reads to learn what somebody was called.
	mostNamings = 1000
)

// Renamed asks which of the tags name a course or a student that was renamed after a position.
// If there were very many renamings, the answer is all of the tags.
func (q *Questions) Renamed(answer *dcb.Tags, tags dcb.Tags, after int64) {
	types := dcb.TypesOf(courses.CourseRenamed{}, courses.StudentRenamed{})
	q.asked = append(q.asked, question{
		now: func(trip *pgx.Batch) {
			trip.Queue(renamingsSQL, types, after, mostRenamings).Query(func(rows pgx.Rows) error {
				renamings, err := pgx.CollectRows(rows, pgx.RowTo[dcb.Tags])
				*answer = renamedIn(renamings, tags)
				return err
			})
		},
		past: func(ctx context.Context, p past) error {
			var renamings []dcb.Tags
			behind := dcb.ReadOptions{After: after, Before: p.upTo + 1, Limit: mostRenamings}
			for e, err := range p.log.Read(ctx, dcb.NewQuery(nil, types...), behind) {
				if err != nil {
					return fmt.Errorf("read who was renamed: %w", err)
				}
				renamings = append(renamings, e.Tags)
			}
			*answer = renamedIn(renamings, tags)
			return nil
		},
	})
}

// renamedIn returns those of the tags that one of the renamings has, or all of them if there may
// be more renamings.
func renamedIn(renamings []dcb.Tags, tags dcb.Tags) dcb.Tags {
	if len(renamings) >= mostRenamings {
		return tags
	}
	all := slices.Concat(renamings...)
	return slices.DeleteFunc(slices.Clone(tags), func(tag dcb.Tag) bool { return !slices.Contains(all, tag) })
}

// NamesOver are names as they were at some events. The zero NamesOver knows no names.
type NamesOver struct {
	Now  Names           // the names of the moment that a page shows
	then map[int64]Names // by the positions of the events, where they differ
}

// At returns the names at the event with a position, or the names of now if nobody was renamed
// since.
//
// The marks of names that are shared stay as they are now: nobody looks which other names there
// were then.
func (n NamesOver) At(position int64) Names {
	if then, differ := n.then[position]; differ {
		return then
	}
	return n.Now
}

// ReadNamesOver returns the names at the events with some positions. renamed has the tags of all
// courses and students that were renamed between these events and now. It reads one page of the
// log: the last thousand events that gave them names.
//
// Names that are sealed in the log are sealed in the answer: whoever shows them opens them. A
// student who is forgotten now has no name at any event.
func ReadNamesOver(ctx context.Context, log PastLog, now Names, renamed dcb.Tags, positions []int64) (NamesOver, error) {
	over := NamesOver{now, map[int64]Names{}}
	query := naming(renamed)
	if len(positions) == 0 || len(query.Items()) == 0 {
		return over, nil
	}
	positions = slices.Sorted(slices.Values(positions))
	var namings []located // the latest first
	latest := dcb.ReadOptions{Before: positions[len(positions)-1] + 1, Backwards: true, Limit: mostNamings}
	for e, err := range log.Read(ctx, query, latest) {
		if err != nil {
			return over, fmt.Errorf("read the names of then: %w", err)
		}
		if fact, err := locate(e); err == nil && fact.Fact != nil {
			namings = append(namings, fact)
		}
	}
	slices.Reverse(namings)
	r := newRows()
	for _, position := range positions {
		for len(namings) > 0 && namings[0].position <= position {
			r.apply(namings[0])
			namings = namings[1:]
		}
		over.then[position] = now.before(r)
	}
	return over, nil
}

// before returns the names with those of the rows in their places.
func (n Names) before(r rows) Names {
	n.Courses, n.Students, n.Sealed = maps.Clone(n.Courses), maps.Clone(n.Students), maps.Clone(n.Sealed)
	for id, course := range r.courses {
		n.Courses[id] = course.Title
	}
	for id, student := range r.students {
		if n.Students[id] == courses.ForgottenName {
			continue
		}
		n.Students[id] = student.Name
		delete(n.Sealed, id)
		if student.Sealed != "" {
			n.Sealed[id] = student.Sealed
		}
	}
	return n
}

// naming returns the query of the events that give names to the courses and students whom tags
// name.
func naming(tags dcb.Tags) (query dcb.Query) {
	courseIDs, studentIDs := idsIn(tags)
	for _, id := range courseIDs {
		query = query.Or(dcb.NewQuery(dcb.Tags{id.Tag()}, dcb.TypesOf(courses.CourseDefined{}, courses.CourseRenamed{})...))
	}
	for _, id := range studentIDs {
		query = query.Or(dcb.NewQuery(dcb.Tags{id.Tag()}, dcb.TypesOf(courses.StudentRegistered{}, courses.StudentRenamed{})...))
	}
	return query
}
