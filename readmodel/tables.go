package readmodel

import (
	_ "embed"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"go-crablet/domain/courses"
)

var (
	//go:embed sql/load_places.sql
	loadPlacesSQL string
	//go:embed sql/save_courses.sql
	saveCoursesSQL string
	//go:embed sql/save_students.sql
	saveStudentsSQL string
	//go:embed sql/save_places.sql
	savePlacesSQL string
	//go:embed sql/remove_places.sql
	removePlacesSQL string
)

// The projector does not need to know which names are shared, so it does not look.
const (
	loadCoursesSQL = `select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed, false
		from read_course where generation = $1 and id = any ($2)`
	loadStudentsSQL = `select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten, false
		from read_student where generation = $1 and id = any ($2)`
)

// load puts the rows of a generation that facts are about into r, and the keys of the names
// in them, when the trip is made.
func load(trip *pgx.Batch, r rows, generation int, facts []located) {
	if len(facts) == 0 {
		return
	}
	var (
		courseIDs  = map[courses.CourseID]bool{}
		studentIDs = map[courses.StudentID]bool{}
		places     = map[place]bool{}
	)
	for _, fact := range facts {
		of, by := idsIn(fact.Tags())
		for _, course := range of {
			courseIDs[course] = true
			for _, student := range by {
				places[place{student: student, course: course}] = true
			}
		}
		for _, student := range by {
			studentIDs[student] = true
		}
	}
	asked := slices.Collect(maps.Keys(places))
	r.keys.Load(trip, subjectsOf(facts))

	trip.Queue(loadCoursesSQL, generation, texts(slices.Collect(maps.Keys(courseIDs)))).Query(func(found pgx.Rows) error {
		all, err := pgx.CollectRows(found, pgx.RowToStructByPos[Course])
		for _, course := range all {
			r.courses[course.ID] = course
		}
		return err
	})
	trip.Queue(loadStudentsSQL, generation, texts(slices.Collect(maps.Keys(studentIDs)))).Query(func(found pgx.Rows) error {
		all, err := pgx.CollectRows(found, pgx.RowToStructByPos[Student])
		for _, student := range all {
			r.students[student.ID] = student
		}
		return err
	})
	trip.Queue(loadPlacesSQL, generation, column(asked, place.byStudent), column(asked, place.inCourse)).Query(func(found pgx.Rows) error {
		var p place
		var since int64
		_, err := pgx.ForEachRow(found, []any{&p.student, &p.course, &p.waiting, &since}, func() error {
			r.places[p] = since
			return nil
		})
		return err
	})
}

// save writes the rows of a generation that differ before and after some facts.
func save(trip *pgx.Batch, generation int, before, after rows) {
	if changed := changed(before.courses, after.courses); len(changed) > 0 {
		all := column(changed, func(id courses.CourseID) Course { return after.courses[id] })
		trip.Queue(saveCoursesSQL, generation, texts(changed),
			column(all, func(c Course) string { return c.Title }),
			column(all, func(c Course) string { return Folded(c.Title + " " + string(c.ID)) }),
			column(all, func(c Course) int { return c.Capacity }),
			column(all, func(c Course) int { return c.SeatsTaken }),
			column(all, func(c Course) int { return c.Waiting }),
			column(all, func(c Course) bool { return c.Archived }),
			column(all, func(c Course) int64 { return c.DefinedAt }),
			column(all, func(c Course) int64 { return c.ChangedAt }),
			column(all, func(c Course) bool { return c.Listed }))
	}
	if changed := changed(before.students, after.students); len(changed) > 0 {
		all := column(changed, func(id courses.StudentID) Student { return after.students[id] })
		trip.Queue(saveStudentsSQL, generation, texts(changed),
			column(all, func(s Student) string { return s.Name }),
			column(all, func(s Student) string { return Folded(s.Name + " " + string(s.ID)) }),
			column(all, func(s Student) int { return s.CoursesTaken }),
			column(all, func(s Student) int64 { return s.RegisteredAt }),
			column(all, func(s Student) int64 { return s.ChangedAt }),
			column(all, func(s Student) bool { return s.Listed }),
			column(all, func(s Student) string { return string(s.Sealed) }),
			column(all, func(s Student) bool { return s.Forgotten }))
	}
	if taken := changed(before.places, after.places); len(taken) > 0 {
		trip.Queue(savePlacesSQL, generation,
			column(taken, place.byStudent), column(taken, place.inCourse), column(taken, place.isWaiting),
			column(taken, func(p place) int64 { return after.places[p] }))
	}
	if left := gone(before.places, after.places); len(left) > 0 {
		trip.Queue(removePlacesSQL, generation,
			column(left, place.byStudent), column(left, place.inCourse), column(left, place.isWaiting))
	}
}

// changed returns the keys of after that are new, or that have another value in before.
func changed[K, V comparable](before, after map[K]V) []K {
	var keys []K
	for key, value := range after {
		if old, existed := before[key]; !existed || old != value {
			keys = append(keys, key)
		}
	}
	return keys
}

// gone returns the keys that are in before and not in after.
func gone[K comparable, V any](before, after map[K]V) []K {
	var keys []K
	for key := range before {
		if _, exists := after[key]; !exists {
			keys = append(keys, key)
		}
	}
	return keys
}

// texts returns ids as plain strings. Some modes of pgx do not ask the server for the types
// of parameters, and then can't send a slice of ids.
func texts[ID ~string](ids []ID) []string {
	return column(ids, func(id ID) string { return string(id) })
}

// column returns one column of rows, as an array for unnest.
func column[R, V any](rows []R, of func(R) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = of(row)
	}
	return values
}
