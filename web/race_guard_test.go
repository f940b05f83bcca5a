package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
)

// A sentForm is a form that changes a course or a student.
type sentForm struct {
	path   string
	fields []string
}

// formsAbout returns all forms that change a course, or the seats and places of a student.
func formsAbout(course, student string) []sentForm {
	of := "/courses/" + course
	return append(formsOfSeats(course, student),
		sentForm{of + "/title", []string{"title", "Knots"}},
		sentForm{of + "/capacity", []string{"capacity", "9"}},
		sentForm{of + "/archive", nil})
}

func formsOfSeats(course, student string) []sentForm {
	of := "/courses/" + course
	return []sentForm{
		{of + "/subscriptions", []string{"student", student}},
		{of + "/subscriptions/" + student + "/delete", nil},
		{of + "/waitlist", []string{"student", student}},
		{of + "/waitlist/" + student + "/delete", nil},
	}
}

// While a race is under way in one process, nobody else changes its course or its students, not even
// through another process.
func TestNobodyButTheRaceChangesItsCourseAndItsStudents(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	started := app.visitor().post("/race", numbers(4, 4, 1, 5000, 0)...)
	require.Equal(t, http.StatusSeeOther, started.status)
	id := strings.TrimPrefix(started.location, "/race/")
	run, running := app.theatre.Run(id)
	require.True(t, running)
	for steps, err := range run.Watch(t.Context()) { // the first step comes when the course exists
		require.NoError(t, err)
		require.NotEmpty(t, steps)
		break
	}
	course, student := string(run.Lineup.Courses[0].ID), string(run.Lineup.Contenders[0].Student)
	forms := append(formsAbout(course, "ivo"), formsOfSeats("compilers", student)...)
	forms = append(forms, sentForm{"/students/" + student + "/name", []string{"name", "Somebody"}})
	elsewhere := app.another()
	for _, form := range forms {
		for name, process := range map[string]visitor{"here": app.visitor(), "in another process": elsewhere.visitor()} {
			got := process.post(form.path, form.fields...)
			assert.Equal(t, http.StatusForbidden, got.status, "%s %s: %s", form.path, name, got)
			assert.Contains(t, got.text(), "Nobody but the race changes them until it is over.", form.path)
			assert.Contains(t, got.body, `href="/race/`+id+`"`, form.path)
		}
	}
	require.Zero(t, app.counts(`select count(*) from dcb_event
		where correlation_id <> $1 and exists (select from unnest(tags) tag where tag like '%:race-%')`, "race-"+id))
	require.Equal(t, http.StatusSeeOther, app.as("ivo").post("/courses/compilers/subscriptions").status, "the term goes on")
}

func TestTheCourseOfARaceThatIsOverIsACourseLikeOthers(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	id := app.visitor().runs(numbers(3, 1, 1, 0, 0))
	app.awaitPages()
	require.Equal(t, http.StatusSeeOther, app.visitor().post("/courses/race-"+id+"-course-1/capacity", "capacity", "9").status)
	require.Equal(t, http.StatusSeeOther, app.as("ivo").post("/courses/race-"+id+"-course-1/subscriptions").status)
}

// Anybody may choose an id that looks like an id of a race.
func TestACourseThatOnlySoundsLikeARaceIsACourseLikeOthers(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const id = "race-aaaaaaaaaa-course-1"
	app.carryOut(courses.DefineCourse{Course: id, Title: "Race Conditions", Capacity: 3})
	require.Equal(t, http.StatusSeeOther, app.as("ivo").post("/courses/"+id+"/subscriptions").status)
}

// Other programs can still change the course of a race. Then its page says so, and its numbers are right.
func TestARaceThatOthersTookPartInSaysSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	run, err := lab.NewRun(lab.Race{Contenders: 6, Courses: 1, Seats: 2, Seed: 1})
	require.NoError(t, err)
	course := run.Lineup.Courses[0].ID
	others := sync.OnceFunc(func() {
		assert.NoError(t, courses.ChangeCapacity{Course: course, NewCapacity: 4}.Decide(context.WithoutCancel(t.Context()), app.store))
	})
	record := func(ctx context.Context, _ dcb.Command) (context.Context, *dcb.Trace, func() string) {
		trace := &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) { others() }}
		return dcb.WithTrace(ctx, trace), trace, func() string { return "" }
	}
	_, err = run.DoRecorded(t.Context(), app.store, record)
	require.NoError(t, err)
	require.NoError(t, app.theatre.Runs.SaveRace(t.Context(), run.Replay()))
	page := app.visitor().get("/race/" + run.ID).text()
	require.Contains(t, page, "Exactly right: 4 seats sold to 6 contenders, and nobody was turned away who had room. Somebody else took part.")
	require.Contains(t, page, "Events of others 1")
	require.NotContains(t, page, "of 2", "how many seats there were is not the race's to say")
}
