package intake_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/intake"
)

// students returns n lines of students with ids.
func students(n int) string {
	var file strings.Builder
	for i := range n {
		fmt.Fprintf(&file, "Student %d,s-%d\n", i, i)
	}
	return file.String()
}

// courseLines returns n lines of courses with ids.
func courseLines(n int) string {
	var file strings.Builder
	for i := range n {
		fmt.Fprintf(&file, "Course %d,20,c-%d\n", i, i)
	}
	return file.String()
}

func TestAnImportIsCarriedOutWhenItIsStarted(t *testing.T) {
	t.Parallel()
	o := newTerm(t)
	clerk := o.clerk()
	id := o.adds(intake.Students, "name,id\nZoë,zoe\nAda,ada\n,nobody\nYin\n")
	assert.Equal(t, map[intake.State]int{intake.New: 2, intake.There: 1, intake.Refused: 1}, o.find(id).Counts)
	assert.Equal(t, intake.Waiting, o.find(id).Stage)
	assert.Equal(t, 3, o.events(courses.StudentRegistered{}), "nobody else is registered yet")

	require.NoError(t, clerk.Start(t.Context(), id))
	over := o.reaches(id, intake.Completed)
	assert.Equal(t, map[intake.State]int{intake.Done: 2, intake.There: 1, intake.Refused: 1}, over.Counts)
	assert.Equal(t, 5, o.events(courses.StudentRegistered{}))
	assert.Equal(t, []string{"done", isTaken, name, "done"}, told(o.lines(id)))
	for _, line := range o.lines(id) {
		assert.Empty(t, line.Text, "no name is left, not even that of a line that was refused")
	}
	for e, err := range o.log.Read(t.Context(), dcb.NewQuery(dcb.Tags{courses.StudentID("zoe").Tag()}), dcb.ReadOptions{}) {
		require.NoError(t, err)
		assert.Contains(t, string(e.Data), "{sealed:", "the name is sealed in the log")
		assert.Equal(t, id, e.CorrelationID)
	}
}

// Between the preview and the decision the last seat is given away, a student is registered, and
// one is forgotten.
func TestALineThatIsRefusedAtItsDecisionSaysWhy(t *testing.T) {
	t.Parallel()
	o := newTerm(t)
	o.happens(courses.StudentRegistered{Student: "mei", Name: "Mei"}, courses.StudentRegistered{Student: "ines", Name: "Ines"})
	enrolments := o.adds(intake.Enrolments, "mei,logic\nmei,c-1")
	registrations := o.adds(intake.Students, "Zoë,zoe\nYin,yin")
	o.happens(courses.StudentSubscribedToCourse{Student: "ines", Course: "logic"}, courses.StudentRegistered{Student: "zoe", Name: "Zoë"})
	clerk := o.clerk()
	for _, id := range []string{enrolments, registrations} {
		require.NoError(t, clerk.Start(t.Context(), id))
		o.reaches(id, intake.Completed)
	}
	assert.Equal(t, []string{"refused: every seat in this course is taken", "done"}, told(o.lines(enrolments)))
	assert.Equal(t, []string{isTaken, "done"}, told(o.lines(registrations)))
}

// Several clerks work on the same imports, as processes do, and each import is started many
// times at the same moment.
func TestEachLineIsDecidedOnceHoweverManyCarryItOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	registrations, definitions := o.adds(intake.Students, students(500)), o.adds(intake.Courses, courseLines(50))
	var presses sync.WaitGroup
	for range 4 {
		clerk := o.clerk()
		for _, id := range []string{registrations, definitions} {
			presses.Go(func() { assert.NoError(t, clerk.Start(t.Context(), id)) })
		}
	}
	presses.Wait()
	assert.Equal(t, map[intake.State]int{intake.Done: 500}, o.reaches(registrations, intake.Completed).Counts)
	assert.Equal(t, map[intake.State]int{intake.Done: 50}, o.reaches(definitions, intake.Completed).Counts)
	assert.Equal(t, 500, o.events(courses.StudentRegistered{}))
	assert.Equal(t, 50, o.events(courses.CourseDefined{}))
}

// A clerk is killed after its decisions and before it notes them: the lines are new, and the
// claim has not been given up. The next clerk decides all of them again.
func TestWhatWasDecidedAndNotNotedIsNotStoredTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.adds(intake.Courses, courseLines(40))
	killed := o.clerk()
	require.NoError(t, killed.Start(t.Context(), id))
	o.reaches(id, intake.Completed)
	killed.Close()
	_, err := o.pool.Exec(t.Context(), `update import set state = 'started', clerk = 'killed', claimed_to = now() + interval '1 second'`)
	require.NoError(t, err)
	_, err = o.pool.Exec(t.Context(), `update import_line set state = 'new'`)
	require.NoError(t, err)

	o.clerk()
	assert.Equal(t, map[intake.State]int{intake.Done: 40}, o.reaches(id, intake.Completed).Counts)
	assert.Equal(t, 40, o.events(courses.CourseDefined{}))
}

// Between the decisions and their note the log loses its end.
func TestALineWhoseEventIsLostIsDecidedAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 9})
	id := o.adds(intake.Courses, courseLines(40))
	o.losesItsEnd(1)
	require.NoError(t, o.clerk().Start(t.Context(), id))
	assert.Equal(t, map[intake.State]int{intake.Done: 40}, o.reaches(id, intake.Completed).Counts)
	assert.Equal(t, 41, o.events(courses.CourseDefined{}))
	assert.Positive(t, o.lost())
}

// Ines took the last seat, so one line is refused and one has nothing to do. Then the log loses that
// event, and another one takes its position.
func TestALineThatIsRefusedBecauseOfALostEventIsDecidedAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		courses.StudentRegistered{Student: "mei", Name: "Mei"}, courses.StudentRegistered{Student: "ines", Name: "Ines"})
	id := o.adds(intake.Enrolments, "mei,logic\nines,logic")
	o.happens(courses.StudentSubscribedToCourse{Student: "ines", Course: "logic"})
	o.losesItsEnd(3)
	require.NoError(t, o.clerk().Start(t.Context(), id))
	o.reaches(id, intake.Completed)
	assert.Equal(t, 1, o.lost())
	assert.Equal(t, []string{"done", "refused: every seat in this course is taken"}, told(o.lines(id)))
}

// Two clerks work on one import at once: one of them was stopped for longer than its claim.
func TestAClerkWhoComesLateDoesNoHarm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.adds(intake.Students, students(100))
	_, err := o.pool.Exec(t.Context(), `
		create function forget_claim() returns trigger language plpgsql as $$ begin new.claimed_to := '-infinity'; return new; end $$;
		create trigger forget_claim before update on import for each row execute function forget_claim()`)
	require.NoError(t, err)
	require.NoError(t, o.imports.Start(t.Context(), id))
	for range 3 {
		o.clerk()
	}
	assert.Equal(t, map[intake.State]int{intake.Done: 100}, o.reaches(id, intake.Completed).Counts)
	assert.Equal(t, 100, o.events(courses.StudentRegistered{}))
}

func TestACancelledImportGoesNoFurther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	waiting := o.adds(intake.Students, students(3))
	require.NoError(t, o.imports.Cancel(t.Context(), waiting))
	require.NoError(t, o.imports.Start(t.Context(), waiting))
	assert.Equal(t, intake.Cancelled, o.find(waiting).Stage, "a cancelled import can't be started")

	long := o.adds(intake.Students, students(intake.MaxLines))
	clerk := o.clerk()
	require.NoError(t, clerk.Start(t.Context(), long))
	require.Eventually(t, func() bool { return o.find(long).Counts[intake.Done] > 0 }, patience, tick)
	require.NoError(t, o.imports.Cancel(t.Context(), long))
	clerk.Close()
	over := o.find(long)
	assert.Equal(t, intake.Cancelled, over.Stage)
	assert.Positive(t, over.Counts[intake.New])
	assert.Equal(t, over.Counts[intake.Done], o.events(courses.StudentRegistered{}), "what was decided is noted")
	for _, line := range o.lines(long) {
		require.Empty(t, line.Text)
	}
	require.NoError(t, o.imports.Cancel(t.Context(), long), "once more")
}

// The content of an event that two lines look at can't be read. The other lines are decided.
func TestALineThatCannotBeDecidedHoldsNoOtherUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 9}, courses.StudentRegistered{Student: "mei", Name: "Mei"})
	broken := courses.CourseID("broken")
	_, err := o.log.AppendEvents(t.Context(), []dcb.InputEvent{{Type: "CourseDefined", Tags: dcb.Tags{broken.Tag()}, Data: []byte(`{"capacity":"nine"}`)}}, dcb.Query{}, 0)
	require.NoError(t, err)
	list := o.tries(intake.Enrolments, "mei,broken\nmei,logic")
	assert.Equal(t, []string{"refused: an event that this decision reads can't be read: its page in the log says which", "new"}, told(list.Lines))
}

func TestOldImportsAreDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	age := func(id, age string) {
		_, err := o.pool.Exec(t.Context(), `update import set at = at - $2::interval where id = $1`, id, age)
		require.NoError(t, err)
	}
	waiting, old := o.adds(intake.Students, students(2)), o.adds(intake.Students, students(2))
	cancelled, older := o.adds(intake.Students, students(2)), o.adds(intake.Students, students(2))
	for _, id := range []string{cancelled, older} {
		require.NoError(t, o.imports.Cancel(t.Context(), id))
	}
	age(waiting, "23 hours")
	age(old, "25 hours")
	age(cancelled, "29 days")
	age(older, "31 days")
	removed, err := o.imports.Trim(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, removed)
	latest, err := o.imports.Latest(t.Context(), 10)
	require.NoError(t, err)
	var kept []string
	for _, i := range latest {
		kept = append(kept, i.ID)
	}
	assert.Equal(t, []string{waiting, cancelled}, kept)
	_, err = o.imports.Find(t.Context(), old)
	require.ErrorIs(t, err, intake.ErrNotFound)
	_, err = o.imports.Find(t.Context(), "\x00")
	require.ErrorIs(t, err, intake.ErrNotFound)
}

// A student is forgotten while a list that is not imported yet has the student's name.
func TestAStudentIsForgottenInImports(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.adds(intake.Students, "Zoë Yver,zoe\nYin,yin")
	name, err := courses.SealName(t.Context(), o.keys, "zoe", "Zoë Yver")
	require.NoError(t, err)
	require.NoError(t, courses.RegisterStudent{Student: "zoe", Name: name}.Decide(t.Context(), o.log))
	require.NoError(t, o.keys.Forget(t.Context(), courses.StudentID("zoe").Tag(), courses.ForgetStudent{Student: "zoe"}, o.imports.Forget))
	assert.Equal(t, []string{isTaken, "new"}, told(o.lines(id)))
	assert.Empty(t, o.lines(id)[0].Text)
	assert.Equal(t, "Yin", o.lines(id)[1].Text)

	clerk := o.clerk()
	require.NoError(t, clerk.Start(t.Context(), id))
	o.reaches(id, intake.Completed)
	assert.Equal(t, []string{isTaken, "done"}, told(o.lines(id)))
}
