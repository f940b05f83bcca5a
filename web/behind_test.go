package web_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
)

// holdPages keeps the read model as it is until release is called.
func (a *app) holdPages() (release func()) {
	a.t.Helper()
	tx, err := a.pool.Begin(a.t.Context())
	require.NoError(a.t, err)
	a.t.Cleanup(func() { tx.Rollback(context.Background()) }) // if the test ends early
	_, err = tx.Exec(a.t.Context(), `select from read_generation for update`)
	require.NoError(a.t, err)
	return func() {
		a.t.Helper()
		require.NoError(a.t, tx.Rollback(a.t.Context()))
	}
}

func TestACommandIsAnsweredWhenEveryInstanceShowsIt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	another := app.another()
	release := app.holdPages()
	before := app.head()
	answered := make(chan answer)
	visitor := app.visitor()
	go func() { answered <- visitor.post("/courses", "course", "go", "title", "Go", "capacity", "5") }()
	require.Eventually(t, func() bool { return app.head() > before }, time.Minute, time.Millisecond, "it is decided")
	select {
	case got := <-answered:
		require.Fail(t, "the answer came before pages show the course", "status %d", got.status)
	case <-time.After(500 * time.Millisecond):
	}
	release()
	require.Equal(t, http.StatusSeeOther, (<-answered).status)
	got := another.visitor().get("/courses/go") // without a session, and where nothing was asked for
	require.Equal(t, http.StatusOK, got.status)
	require.NotContains(t, got.text(), "Behind it by")
}

// The page that says the refusal also shows the reason for it.
func TestARefusalIsAnsweredWhenPagesShowWhy(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	release := app.holdPages()
	taken := make(chan answer)
	kofi, wanda := app.as("kofi"), app.as("wanda")
	before := app.head()
	go func() { taken <- kofi.post("/courses/compilers/subscriptions") }()
	require.Eventually(t, func() bool { return app.head() > before }, time.Minute, time.Millisecond)
	refused := make(chan answer)
	go func() { refused <- wanda.post("/courses/compilers/subscriptions") }()
	time.AfterFunc(50*time.Millisecond, release)
	require.Equal(t, http.StatusSeeOther, (<-taken).status)
	got := <-refused
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Refused: every seat in Compilers is taken.")
	require.Contains(t, got.text(), "16 of 16 seats")
}

func TestPagesThatAreBehindSaySo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, "ok\npages are 0 events behind the log\nthe oldest append has been waiting for 0s\nwebapp \n", ada.get("/healthz").body)
	release := app.holdPages()

	began := time.Now()
	got := ada.post("/courses/history-of-computing/subscriptions")
	require.Equal(t, http.StatusSeeOther, got.status, "what was decided is decided")
	require.GreaterOrEqual(t, time.Since(began), 2*time.Second, "it was waited for")
	page := ada.get(got.location)
	assert.Contains(t, page.text(), "Seated: you have a seat in History of Computing. This page does not show it yet: load it again in a moment.")
	assert.Contains(t, page.text(), "Open 0 of 25 seats", "it is still as it was")
	assert.Contains(t, page.text(), "Behind it by 1 event")
	assert.Equal(t, "ok\npages are 1 event behind the log\nthe oldest append has been waiting for 0s\nwebapp \n", ada.get("/healthz").body)
	assert.Contains(t, app.logged.String(), "pages are behind the log")

	release()
	app.awaitPages()
	page = ada.get(got.location)
	assert.Contains(t, page.text(), "You have a seat")
	assert.Contains(t, page.text(), "Open 1 of 25 seats")
	assert.NotContains(t, page.text(), "Behind it by")
	assert.Equal(t, "ok\npages are 0 events behind the log\nthe oldest append has been waiting for 0s\nwebapp \n", ada.get("/healthz").body)
}

// The answer to a repeated form says what holds as of the position that its page shows.
func TestARepetitionSaysNoMoreThanThePageKnows(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t)
	ada := app.as("ada")
	const path, before = "/courses/history-of-computing/subscriptions", "Carried out before: you took a seat in History of Computing"
	repeat := func() string {
		t.Helper()
		got := ada.post(path, "request", "first")
		require.Equal(t, http.StatusSeeOther, got.status)
		return ada.get(got.location).told(t)
	}
	release := app.holdPages()
	require.Equal(t, http.StatusSeeOther, ada.post(path, "request", "first").status)
	assert.Regexp(t, before+when+" This page does not show it yet: load it again in a moment. See the receipt", repeat())
	release()
	app.awaitPages()
	assert.Regexp(t, before+when+" Now you have a seat in History of Computing. See the receipt", repeat())

	shown := app.head()
	release = app.holdPages()
	leave := courses.UnsubscribeStudent{Student: "ada", Course: "history-of-computing"}
	require.NoError(t, leave.Decide(t.Context(), app.store))
	assert.Regexp(t, fmt.Sprintf("%s%s As of position %d, you have a seat in History of Computing. See the receipt", before, when, shown), repeat())
	release()
	app.awaitPages()
	assert.Regexp(t, before+when+" Now you have no seat in History of Computing and do not wait for one. See the receipt", repeat())
}

// Decisions read the log, never the read model. So a new student can act before pages show them.
func TestADecisionNeedNotWaitForPages(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t)
	release := app.holdPages()
	defer release()
	visitor := app.visitor()
	require.Equal(t, http.StatusSeeOther, visitor.post("/students", "student", "zoe", "name", "Zoë").status)
	require.Equal(t, http.StatusSeeOther, visitor.post("/session", "student", "zoe").status)
	require.Equal(t, http.StatusSeeOther, visitor.post("/courses/compilers/subscriptions").status)
	require.Equal(t, http.StatusConflict, visitor.post("/students", "student", "zoe", "name", "Zoë").status)
}

// The read model stands still for longer than a form waits for it. A page is told only when it
// would show something new.
func TestPagesAreToldOfNewsWhenTheyCanShowThem(t *testing.T) {
	t.Parallel()
	const longerThanPatience = 2500 * time.Millisecond
	app := newApp(t)
	shown := app.head()
	seats := app.hears(t, shown, "seats compilers")
	release := app.holdPages()
	require.NoError(t, courses.SubscribeStudent{Student: "ada", Course: "compilers"}.Decide(t.Context(), app.store))
	came := app.hears(t, shown, "tag course_id:compilers") // for a page that was made before the decision
	time.AfterFunc(longerThanPatience, release)
	name, _ := came.next()
	require.Equal(t, "changed", name)
	require.Contains(t, app.visitor().get("/courses/compilers").text(), "16 of 16 seats")
	name, data := seats.next()
	require.Equal(t, "seats", name)
	require.Contains(t, data, "16 of 16 seats")
}
