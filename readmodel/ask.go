package readmodel

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/nearby"
)

// The queries of pages name the generation that serves by a subquery, so no round trip has
// to ask for it first.
const (
	ofServing = `(select generation from read_generation where serving)`

	// $1 is the id as it is written, and $2 the same in small letters.
	courseInAnyCaseSQL  = `select id from read_course where lower(id) = $2 and generation = ` + ofServing + ` order by id = $1 desc, id limit 1`
	studentInAnyCaseSQL = `select id from read_student where lower(id) = $2 and generation = ` + ofServing + ` order by id = $1 desc, id limit 1`

	courseCalledSQL  = `select id from read_course where named = $1 and listed and generation = ` + ofServing + ` order by defined_at limit 1`
	studentCalledSQL = `select id from read_student where named = $1 and listed and generation = ` + ofServing + ` order by registered_at limit 1`

	unreadOfPageSQL = `select type, position from read_unread where tag = $1 and generation = ` + ofServing
)

var (
	//go:embed sql/courses_by_id.sql
	courseOfPageSQL string
	//go:embed sql/students_by_id.sql
	studentOfPageSQL string
	//go:embed sql/courses.sql
	coursesSQL string
	//go:embed sql/courses_by_name.sql
	coursesByNameSQL string
	//go:embed sql/students_by_name.sql
	studentsByNameSQL string
	//go:embed sql/students.sql
	studentsSQL string
	//go:embed sql/students_without_place.sql
	studentsWithoutPlaceSQL string
	//go:embed sql/places_in_course.sql
	placesInCourseSQL string
	//go:embed sql/places_of_student.sql
	placesOfStudentSQL string
)

// nowSQL returns the position up to which pages show the log, and the position of its last
// event. The first is 0 if nothing serves, or if pages show events that the log has lost.
const nowSQL = `select coalesce(case when ` + thereSQL + ` then g.position end, 0), (select coalesce(max(position), 0) from dcb_event)
	from (select 1) as one_row_in_any_case left join read_generation as g on g.serving`

const (
	beginAsOfNow = `begin isolation level repeatable read read only`
	end          = `rollback` // nothing was changed
)

// Ask answers questions as of now, and returns the term of the answers. All answers are of
// one moment, so a page never contradicts itself. They take one round trip, and another one
// for each [Questions.Then].
func (m *Model) Ask(ctx context.Context, questions *Questions) (term Term, err error) {
	err = nearby.Pool(ctx, m.pool).AcquireFunc(ctx, func(conn *pgxpool.Conn) error { return term.ask(ctx, conn, questions) })
	if err != nil {
		return Term{}, fmt.Errorf("ask the read model: %w", err)
	}
	return term, nil
}

// ask fills in the term and answers the questions in one transaction, which is one
// snapshot. Its begin is sent with the first questions, and its end with the last ones.
func (t *Term) ask(ctx context.Context, conn *pgxpool.Conn, questions *Questions) error {
	var trip pgx.Batch
	trip.Queue(beginAsOfNow)
	trip.Queue(walkIndexes)
	trip.Queue(nowSQL).QueryRow(func(row pgx.Row) error { return row.Scan(&t.Position, &t.Head) })
	for {
		asked, then := questions.take()
		for _, question := range asked {
			question.now(&trip)
		}
		last := len(then) == 0
		if last {
			trip.Queue(end)
		}
		if err := conn.SendBatch(ctx, &trip).Close(); err != nil {
			_, _ = conn.Exec(ctx, end) // so that the pool can keep the connection
			return err
		}
		if last {
			return nil
		}
		for _, next := range then {
			next()
		}
		trip = pgx.Batch{}
	}
}

// rowsOf asks for the rows of a query.
func rowsOf[R any](answer *[]R, sql string, args ...any) func(*pgx.Batch) {
	return func(trip *pgx.Batch) {
		trip.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
			*answer, err = pgx.CollectRows(rows, pgx.RowToStructByPos[R])
			return err
		})
	}
}

// rowOf asks for the only row of a query. Without one the answer is zero.
func rowOf[R any](answer *R, sql string, args ...any) func(*pgx.Batch) {
	return func(trip *pgx.Batch) {
		trip.Queue(sql, args...).Query(func(rows pgx.Rows) error {
			var none R
			*answer = none
			found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[R])
			if len(found) > 0 {
				*answer = found[0]
			}
			return err
		})
	}
}

// oneOf asks for the only value of a query. Without one the answer is zero.
func oneOf[V any](answer *V, sql string, args ...any) func(*pgx.Batch) {
	return func(trip *pgx.Batch) {
		trip.Queue(sql, args...).Query(func(rows pgx.Rows) error {
			var none V
			*answer = none
			found, err := pgx.CollectRows(rows, pgx.RowTo[V])
			if len(found) > 0 {
				*answer = found[0]
			}
			return err
		})
	}
}

// pageFrom asks for a page of a list. The query returns one row more than the page has.
func pageFrom[R any](answer *Page[R], at Cursor, size int, position func(R) int64, sql string, args ...any) func(*pgx.Batch) {
	return func(trip *pgx.Batch) {
		trip.Queue(sql, args...).Query(func(rows pgx.Rows) error {
			found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[R])
			*answer = PageOf(found, at, size, position)
			return err
		})
	}
}

// namesOf asks for the names of the courses and students that tags name.
func namesOf(answer *Names, tags dcb.Tags) func(*pgx.Batch) {
	courseIDs, studentIDs := idsIn(tags)
	return func(trip *pgx.Batch) {
		*answer = noNames()
		if len(courseIDs) > 0 {
			trip.Queue(courseOfPageSQL, texts(courseIDs)).Query(func(rows pgx.Rows) error {
				found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Course])
				for _, course := range found {
					answer.knowCourse(course)
				}
				return err
			})
		}
		if len(studentIDs) > 0 {
			trip.Queue(studentOfPageSQL, texts(studentIDs)).Query(func(rows pgx.Rows) error {
				found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Student])
				for _, student := range found {
					answer.knowStudent(student)
				}
				return err
			})
		}
	}
}

// known returns a list of the id, or an empty list if the id is not valid: PostgreSQL may
// not accept its text.
func known[ID interface {
	~string
	Valid() bool
}](id ID) []string {
	if !id.Valid() {
		return []string{}
	}
	return []string{string(id)}
}
