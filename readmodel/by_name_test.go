package readmodel_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// Names sort as people read them, and equal names by age, now and then.
func TestAListByNameIsInTheOrderOfTheNames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i, title := range []string{"Zoology", "  álgebra", "ØKONOMI", "algebra", "Before", "ÉTUDES", "Łódź", "Maths"} {
		b.happen(courses.CourseDefined{Course: courses.CourseID(fmt.Sprintf("c%d", i+1)), Title: title, Capacity: 3},
			courses.StudentRegistered{Student: courses.StudentID(fmt.Sprintf("s%d", i+1)), Name: sealed.Text(title)})
	}
	b.happen(courses.CourseRenamed{Course: "c5", NewTitle: "After all"}, courses.StudentRenamed{Student: "s5", NewName: "After all"})
	b.projected()
	page := lookBothWays(b, func(term *asked) (Page[Course], error) { return term.CoursesByName(t.Context(), "", Cursor{}, 9) })
	require.Equal(t, []string{"c5", "c2", "c4", "c6", "c7", "c8", "c3", "c1"}, courseIDs(page.Rows))
	students := lookBothWays(b, func(term *asked) (Page[Student], error) { return term.StudentsByName(t.Context(), "", Cursor{}, 9) })
	require.Equal(t, []string{"s5", "s2", "s4", "s6", "s7", "s8", "s3", "s1"}, studentIDs(students.Rows))

	next := lookBothWays(b, func(term *asked) (Page[Course], error) { return term.CoursesByName(t.Context(), "", Cursor{}, 3) })
	require.Equal(t, []string{"c5", "c2", "c4"}, courseIDs(next.Rows))
	next = lookBothWays(b, func(term *asked) (Page[Course], error) { return term.CoursesByName(t.Context(), "o", *next.Next, 2) })
	require.Equal(t, []string{"c7", "c3"}, courseIDs(next.Rows))
	require.NotNil(t, next.Next)
	require.NotNil(t, next.Previous)
}

// A page by name is read from where it begins, however long the list is.
func TestAPageByNameIsReadFromAnIndex(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var facts []dcb.Fact
	for i := range 3000 {
		facts = append(facts, courses.StudentRegistered{Student: courses.StudentID(fmt.Sprintf("s%04d", i)), Name: sealed.Text(fmt.Sprintf("Name %04d", i*7919%3000))})
	}
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	b.appendInTurn(events)
	b.projected()
	b.exec(`analyze read_student`)
	query, err := os.ReadFile("sql/students_by_name.sql")
	require.NoError(t, err)
	rows, _ := b.pool.Query(t.Context(), "explain (analyze, costs off, timing off, summary off, buffers off) "+string(query), "", int64(1500), int64(0), 51)
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	whole := strings.Join(plan, "\n")
	require.Contains(t, whole, "Index Scan using read_student_by_name", whole)
	require.NotContains(t, whole, "Seq Scan on read_student", whole)
	require.NotRegexp(t, `actual rows=[0-9]{3,}`, whole, "it reads what the page shows")
}
