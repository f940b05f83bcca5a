package readmodel_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

func (b *bench) keys() *sealed.Keys { return sealed.NewKeys(b.pool, b.log) }

// register registers a student with a sealed name.
func (b *bench) register(id courses.StudentID, name string) sealed.Text {
	b.t.Helper()
	text, err := courses.SealName(b.t.Context(), b.keys(), id, name)
	require.NoError(b.t, err)
	require.NoError(b.t, courses.RegisterStudent{Student: id, Name: text}.Decide(b.t.Context(), b.log))
	return text
}

func (b *bench) forget(id courses.StudentID) error {
	return b.keys().Forget(b.t.Context(), id.Tag(), courses.ForgetStudent{Student: id}, b.model.Forget)
}

// found returns the students whom a search finds.
func found(t *testing.T, ask func(context.Context, *Questions) error, search string) []Student {
	t.Helper()
	var questions Questions
	var page Page[Student]
	questions.Students(&page, search, Cursor{}, 9)
	require.NoError(t, ask(t.Context(), &questions))
	return page.Rows
}

func TestSealedNamesAreOpenedForPagesOfNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	name := b.register("s1", "Zoë")
	of := func(student string) sealed.Text { return b.register(courses.StudentID(student), "Kofi") }("s2")
	b.happen(courses.StudentRegistered{Student: "s3", Name: "Plain"}, courses.StudentRegistered{Student: "s4", Name: of})
	require.Equal(t, []Student{
		{ID: "s1", Name: "Zoë", RegisteredAt: 1, ChangedAt: 1, Listed: true, Sealed: name},
		{ID: "s2", Name: "Kofi", RegisteredAt: 2, ChangedAt: 2, Listed: true, Sealed: of},
		{ID: "s3", Name: "Plain", RegisteredAt: 3, ChangedAt: 3, Listed: true},
		{ID: "s4", Name: courses.UnreadableName, RegisteredAt: 4, ChangedAt: 4, Listed: true}, // it was sealed for another student
	}, b.projected().Students)
	now, err := b.now(t.Context())
	require.NoError(t, err)
	require.Len(t, found(t, now.ask, "zoe"), 1)

	var names Names
	var questions Questions
	questions.Names(&names, dcb.Tags{courses.StudentID("s1").Tag(), courses.StudentID("s3").Tag()})
	require.NoError(t, now.ask(t.Context(), &questions))
	require.Equal(t, "Zoë", names.Student("s1"))
	require.Equal(t, string(name), names.Stored("s1"))
	require.Equal(t, "Plain", names.Stored("s3"))
	require.Equal(t, "s9", names.Stored("s9"))
}

func TestAStudentIsForgottenInAllTables(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	name := b.register("s1", "Zoë Quartzmann")
	b.projected()
	_, err := b.pool.Exec(t.Context(), `insert into read_student select 99, id, name, folded, 0, 1, 1, true, sealed, false from read_student`)
	require.NoError(t, err, "what a rebuild has left")

	require.NoError(t, b.forget("s1"))
	rows := func() (all string) {
		require.NoError(t, b.pool.QueryRow(t.Context(), `select string_agg(read_student::text, ' ') from read_student`).Scan(&all))
		return all
	}
	require.NotContains(t, strings.ToLower(rows()), "quartz", "no projector has to come by first")

	want := b.projected()
	require.Equal(t, []Student{
		{ID: "s1", Name: courses.ForgottenName, RegisteredAt: 2, ChangedAt: 3, Listed: true, Sealed: name, Forgotten: true},
	}, want.Students)
	require.NoError(t, b.rebuild(silent))
	require.Equal(t, want, b.tables())

	now, err := b.now(t.Context())
	require.NoError(t, err)
	require.Empty(t, found(t, now.ask, "quartz"))
	require.Len(t, found(t, now.ask, "forgotten"), 1)
	past, err := AsOf(t.Context(), b.log, b.keys(), 3)
	require.NoError(t, err)
	for _, ask := range []func(context.Context, *Questions) error{now.ask, past.Ask} {
		var questions Questions
		var others []Student
		questions.StudentsWithoutPlace(&others, "algebra", "", 9)
		require.NoError(t, ask(t.Context(), &questions))
		require.Empty(t, others, "a forgotten student can't be chosen")
	}
}

func TestThePastIsForgottenToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	name := b.register("s1", "Zoë")
	b.register("s2", "Kofi")
	past := func() func(context.Context, *Questions) error {
		past, err := AsOf(t.Context(), b.log, b.keys(), 2)
		require.NoError(t, err)
		return past.Ask
	}
	zoe := []Student{{ID: "s1", Name: string(name), RegisteredAt: 1, ChangedAt: 1, Listed: true, Sealed: name}}
	require.Equal(t, zoe, found(t, past(), "zoe"))
	require.NoError(t, b.forget("s1"))
	require.Empty(t, found(t, past(), "zoe"))
	require.Equal(t, zoe, found(t, past(), "s1"))
}

// Students are forgotten while the projector applies their names.
func TestNoProjectorBringsANameBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.project()
	var forgetting sync.WaitGroup
	for i := range 8 {
		forgetting.Go(func() {
			for j := range 10 {
				id := courses.StudentID(fmt.Sprintf("s-%d-%d", i, j))
				b.register(id, "Zoë")
				assert.NoError(t, b.forget(id))
				var left int
				err := b.pool.QueryRow(t.Context(), `select count(*) from read_student where id = $1 and name = 'Zoë'`, string(id)).Scan(&left)
				assert.NoError(t, err)
				assert.Zero(t, left)
			}
		})
	}
	forgetting.Wait()
	b.catchUp()
	students := b.tables().Students
	require.Len(t, students, 80)
	for _, student := range students {
		require.Equal(t, courses.ForgottenName, student.Name)
	}
}
