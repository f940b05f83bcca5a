package e2e

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
)

// raceWithOthers is a race on the log of the site while somebody else raises the capacity
// of its course. It returns the path of its page.
func raceWithOthers(t *testing.T, s *site) string {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), s.databaseURL)
	require.NoError(t, err)
	defer pool.Close()
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	defer store.Close()
	run, err := lab.NewRun(lab.Race{Contenders: 12, Courses: 1, Seats: 3, Seed: 5})
	require.NoError(t, err)
	raise := sync.OnceFunc(func() {
		cmd := courses.ChangeCapacity{Course: run.Lineup.Courses[0].ID, NewCapacity: 6}
		assert.NoError(t, cmd.Decide(context.WithoutCancel(t.Context()), store))
	})
	record := func(ctx context.Context, _ dcb.Command) (context.Context, *dcb.Trace, func() string) {
		trace := &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) { raise() }}
		return dcb.WithTrace(ctx, trace), trace, func() string { return "" }
	}
	_, err = run.DoRecorded(t.Context(), store, record)
	require.NoError(t, err)
	require.NoError(t, lab.NewStore(pool).SaveRace(t.Context(), run.Replay()))
	return "/race/" + run.ID
}

func TestOthersAndARaceOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	joined := raceWithOthers(t, site)
	for _, screen := range screensFor("others") {
		ada.UseScreen(screen)
		ada.Goto(site.url + joined)
		require.Contains(t, ada.Text("#outcome"), "Somebody else took part.")
		ada.isFineOn(screen, "race-with-others")
		ada.Goto(site.url + "/race")
		ada.isFineOn(screen, "races-with-others")

		ada.Fill("#think", "100000000")
		ada.Submit(startButton)
		require.Contains(t, ada.Text("#think-error"), "not 27 h 46 min")
		ada.isFineOn(screen, "race-not-accepted")
	}

	ada.Goto(site.url + "/race")
	ada.Fill("#contenders", "30")
	ada.Fill("#seats", "10")
	ada.Fill("#think", "5000")
	ada.Fill("#spread", "5000") // it is to last for as long as the test looks at it
	ada.Submit(startButton)
	course := "race-" + strings.TrimPrefix(ada.URL(), site.url+"/race/") + "-course-1"
	eventually(t, "the race has begun, and defined its course", func() bool {
		_, status := fetch(t, site.url+"/courses/"+course)
		return status == 200
	})
	for _, screen := range screensFor("kept") {
		ada.UseScreen(screen)
		ada.looksAtCourse(course)
		ada.Submit(subscribeButton)
		require.Equal(t, 403, ada.Status())
		require.Contains(t, ada.Text("main"), "Nobody but the race changes them until it is over.")
		ada.isFineOn(screen, "race-keeps-its-course")
	}
}
