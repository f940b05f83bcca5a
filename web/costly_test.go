package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/web"
)

var costlyPages = []string{
	"/?as_of=10", "/?find=a&as_of=10", "/students?as_of=20", "/log?as_of=20", "/courses/cryptography?as_of=20", "/students/ada?as_of=20",
	"/courses/cryptography/boundary", "/courses/cryptography/boundary?student=ada&by=stream", "/students/ada/boundary?course=cryptography",
}

// Whoever asks for one page after the other never uses more than all of the time, so every page is
// made, however slow the machine is.
func TestCostlyPagesTakeTurns(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.CostlyShare = 100 })
	decided := app.as("ada").post("/courses/compilers/subscriptions")
	require.Equal(t, http.StatusSeeOther, decided.status)
	for _, page := range append(costlyPages, decided.location+"/attempts/1/test") {
		for range 5 { // more than there are places, so each place is given back
			require.NotEqual(t, http.StatusTooManyRequests, app.visitor().get(page).status, page)
		}
	}
}

// While all places are taken, costly pages are refused and all other pages are made.
func TestCostlyPagesAreRefusedWhenThereAreTooMany(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t, func(c *web.Config) { c.CostlyShare = 20 })
	for _, network := range []string{"127.0.0.0/24", "127.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24"} {
		t.Cleanup(app.handler.(*web.App).TakePlace(t, network))
	}
	for page, got := range app.allAtOnce(costlyPages) { // so that all wait for their turn at the same time
		assert.Equal(t, http.StatusTooManyRequests, got.status, page)
		assert.Equal(t, "5", got.header.Get("Retry-After"), page)
		assert.Contains(t, got.text(), "Your network asks for many pages that read much of the log. Decisions go first. Load this page again in 5 seconds.", page)
	}
	assert.Equal(t, 1, strings.Count(app.logged.String(), "a network is throttled"), "once in a minute")
	assert.Contains(t, app.logged.String(), "network=127.0.0.0/24")
	assert.Equal(t, web.Stat{ThrottledPages: int64(len(costlyPages))}, app.web.Stat(), "each is counted")
	for _, page := range []string{"/", "/?find=a", "/log", "/students/ada"} {
		assert.Equal(t, http.StatusOK, app.visitor().get(page).status, page)
	}
	assert.Equal(t, http.StatusSeeOther, app.as("ada").post("/courses/compilers/subscriptions").status)
}

// allAtOnce asks for pages at the same time, and returns the answer to each.
func (a *app) allAtOnce(pages []string) map[string]answer {
	answers := make([]answer, len(pages))
	var asking sync.WaitGroup
	for i, page := range pages {
		v := a.visitor()
		asking.Go(func() { answers[i] = v.get(page) })
	}
	asking.Wait()
	byPage := map[string]answer{}
	for i, page := range pages {
		byPage[page] = answers[i]
	}
	return byPage
}

func TestACostlyPageIsRefusedWhileOthersHaveAllPlaces(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t, func(c *web.Config) { c.CostlyShare = 20 })
	for _, network := range []string{"192.0.2.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
		t.Cleanup(app.handler.(*web.App).TakePlace(t, network))
	}
	got := app.visitor().get("/?as_of=10")
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.Equal(t, "5", got.header.Get("Retry-After"))
	assert.NotContains(t, app.logged.String(), "throttled")
}

func TestAPageReadsSoMuchOfTheLogAndNoMore(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	rename := func(times int) {
		for range times {
			app.happen(courses.CourseRenamed{Course: "compilers", NewTitle: strings.Repeat("x", 1<<20)})
		}
	}
	rename(5)
	then := "?as_of=" + strconv.FormatInt(app.head(), 10)
	require.Equal(t, http.StatusOK, app.visitor().get("/courses/compilers"+then).status, "5 MB, read some times: for the course, for its names then and now, and for its history")
	rename(28)
	then = "?as_of=" + strconv.FormatInt(app.head(), 10)
	for _, page := range []string{"/courses/compilers" + then, "/courses/compilers/boundary?student=ada&by=stream"} {
		got := app.visitor().get(page)
		require.Equal(t, http.StatusUnprocessableEntity, got.status, page)
		assert.Contains(t, got.text(), "This page would read more than 100,000 events of the log, or more than 32 MB, which is too much for one page.")
	}
	assert.Equal(t, http.StatusOK, app.visitor().get("/courses/compilers").status, "what is now is in tables")
	log := app.visitor().get("/log")
	assert.Equal(t, http.StatusOK, log.status)
	assert.Less(t, len(log.body), 200_000, "titles are cut")
	assert.Contains(t, log.text(), "The course compilers was given the title "+strings.Repeat("x", courses.MaxText)+"…")
}
