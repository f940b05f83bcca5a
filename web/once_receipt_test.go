package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// One process has stored the events and is about to keep the receipt when the same form arrives at
// another process.
func TestAReceiptThatIsAboutToBeKeptIsWaitedFor(t *testing.T) {
	t.Parallel()
	first := newApp(t)
	second, looked := first.watched()
	ada, adaElsewhere := first.as("ada"), second.as("ada")
	stored := first.head()
	keeping, err := first.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = keeping.Exec(t.Context(), `lock table decision_receipt in exclusive mode`) // reading is still allowed
	require.NoError(t, err)

	const path = "/courses/compilers/subscriptions"
	var answered sync.WaitGroup
	var answer, again answer
	answered.Go(func() { answer = ada.post(path, "request", "first") })
	require.Eventually(t, func() bool { return first.head() > stored }, time.Minute, time.Millisecond, "the seat is taken")

	answered.Go(func() { again = adaElsewhere.post(path, "request", "first") })
	<-looked // for a receipt that is not there yet
	require.NoError(t, keeping.Rollback(t.Context()))
	answered.Wait()
	require.Equal(t, http.StatusSeeOther, answer.status)
	require.Equal(t, http.StatusSeeOther, again.status)
	told, repeated := ada.get(answer.location).told(t), adaElsewhere.get(again.location).told(t)
	assert.Contains(t, told, "Seated: you have a seat in Compilers.")
	assert.Contains(t, repeated, "Carried out before: you took a seat in Compilers on ")
	assert.Equal(t, receiptNamed(told), receiptNamed(repeated))
}

// The visitor closes the page while the receipt is being kept. The decision stands.
func TestAReceiptIsKeptThoughTheVisitorIsGone(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	began := make(chan context.Context, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began <- r.Context()
		app.handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	ada := app.as("ada")
	stored, kept := app.head(), len(app.receipts())
	keeping, err := app.pool.Begin(t.Context())
	require.NoError(t, err)
	defer keeping.Rollback(context.Background())
	_, err = keeping.Exec(t.Context(), `lock table decision_receipt in exclusive mode`) // reading is still allowed
	require.NoError(t, err)

	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/courses/compilers/subscriptions", nil)
	require.NoError(t, err)
	var asked sync.WaitGroup
	asked.Go(func() {
		_, err := ada.client.Do(request)
		assert.ErrorIs(t, err, context.Canceled)
	})
	keeps := func() bool {
		return app.counts(`select count(*) from pg_locks where not granted and relation = 'decision_receipt'::regclass
			and database = (select oid from pg_database where datname = current_database())`) == 1
	}
	require.Eventually(t, func() bool { return app.head() > stored && keeps() }, time.Minute, time.Millisecond, "the seat is taken, and its receipt about to be kept")
	leave()
	<-(<-began).Done()
	asked.Wait()
	for began := time.Now(); time.Since(began) < 300*time.Millisecond; time.Sleep(10 * time.Millisecond) {
		require.True(t, keeps(), "the receipt is not given up")
	}
	require.NoError(t, keeping.Rollback(t.Context()))
	require.Eventually(t, func() bool { return len(app.receipts()) == kept+1 }, time.Minute, time.Millisecond, "it is kept")
}

// A process ended after it stored the events and before it kept the receipt.
func TestAReceiptThatWasNeverKeptIsNotWaitedForForever(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "request", "first").status)
	_, err := app.pool.Exec(t.Context(), `delete from decision_receipt`)
	require.NoError(t, err)
	app.carryOut(courses.UnsubscribeStudent{Student: "ada", Course: "compilers"})
	stored := app.head()
	again := ada.post("/courses/compilers/subscriptions", "request", "first")
	require.Equal(t, http.StatusSeeOther, again.status)
	told := ada.get(again.location).told(t)
	assert.Regexp(t, "^Carried out before: you took a seat in Compilers"+when+" Now you have no seat in Compilers and do not wait for one. See the receipt", told)
	assert.Contains(t, ada.get(receiptNamed(told)).text(), "This request came before", "the receipt of the repetition, as there is no other")
	assert.Equal(t, stored, app.head())
}

// The receipt of the first time is missing, and no other receipt can be kept.
func TestARepetitionIsToldWithoutAnyReceipt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "request", "first").status)
	_, err := app.pool.Exec(t.Context(), `delete from decision_receipt`)
	require.NoError(t, err)
	_, err = app.pool.Exec(t.Context(), `alter table decision_receipt add constraint full_disk check (false)`)
	require.NoError(t, err)
	again := ada.post("/courses/compilers/subscriptions", "request", "first")
	require.Equal(t, http.StatusSeeOther, again.status)
	page := ada.get(again.location)
	assert.Regexp(t, "Carried out before: you took a seat in Compilers"+when+" Now you have a seat in Compilers.", page.text())
	assert.NotContains(t, page.text(), "See the receipt")
}

// watched starts the application in another process. looked is closed when that has looked for a
// receipt for the first time.
func (a *app) watched() (another *app, looked <-chan struct{}) {
	a.t.Helper()
	watch := &receiptWatch{looked: make(chan struct{})}
	config := a.pool.Config()
	config.ConnConfig.Tracer = watch
	pool, err := pgxpool.NewWithConfig(a.t.Context(), config)
	require.NoError(a.t, err)
	a.t.Cleanup(pool.Close)
	another = &app{t: a.t, pool: pool}
	another.start()
	return another, watch.looked
}

type receiptWatch struct {
	once   sync.Once
	looked chan struct{}
}

type queryKey struct{}

func (*receiptWatch) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, queryKey{}, query.SQL)
}

func (w *receiptWatch) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if sql, _ := ctx.Value(queryKey{}).(string); strings.Contains(sql, "from decision_receipt where id") {
		w.once.Do(func() { close(w.looked) })
	}
}
